import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);

/** A piece of code, with the classes of highlight.js where it has any: `hljs-keyword`. */
export type CodePiece = string | { className: string; children: CodePiece[] };

/** Null where the language is not known. */
export function highlight(code: string, language: string): CodePiece[] | null {
  return lowlight.registered(language) ? piecesOf(lowlight.highlight(language, code).children) : null;
}

type Nodes = ReturnType<typeof lowlight.highlight>['children'];

function piecesOf(nodes: Nodes): CodePiece[] {
  return nodes.flatMap((node): CodePiece[] => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const { className } = node.properties;
    return [{ className: Array.isArray(className) ? className.join(' ') : '', children: piecesOf(node.children) }];
  });
}
