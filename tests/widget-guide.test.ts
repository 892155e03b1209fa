import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MixtabChat } from '../src/widget/mixtab-chat';

const folder = fileURLToPath(new URL('../src/widget', import.meta.url));
const guide = readFileSync(fileURLToPath(new URL('../docs/guides/widget.md', import.meta.url)), 'utf8');

/** The widget's own code in one text. */
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
  .join('\n');

/** First column of the table whose head begins with `head`. */
function documented(head: string): string[] {
  const [, rows = ''] = guide.split(new RegExp(`^\\| ${head} .*\\n\\|[-| ]+\\|\\n`, 'm'));
  const [table = ''] = rows.split('\n\n');
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? '').sort();
}

/** What a pattern's first group finds in the code, each once. */
function inCode(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();
}

/** The words of every `part`; one that depends is written as `${what ? 'one' : 'other'}`. */
function parts(): string[] {
  const plain = (part: string): string => part.replace(/\$\{[^?]*\? '([\w-]+)' : '([\w-]+)'\}/g, '$1 $2');
  const words = [...source.matchAll(/\bpart="([^"]+)"/g)].flatMap(([, part = '']) => plain(part).split(' '));
  return [...new Set(words)].sort();
}

/** Members that are not lit's, nor attributes. */
function members(): string[] {
  const lits = ['constructor', 'render', 'willUpdate', 'connectedCallback', 'disconnectedCallback'];
  const known = new Set([...lits, 'attributeChangedCallback', ...Object.keys(MixtabChat.properties)]);
  return Object.getOwnPropertyNames(MixtabChat.prototype)
    .filter((name) => !known.has(name))
    .sort();
}

describe('the guide of the widget names all there is, and nothing else', () => {
  it.each([
    ['attribute', () => [...MixtabChat.observedAttributes].sort()],
    ['member', members],
    ['event', () => inCode(/'(mixtab-[a-z]+)': CustomEvent/g)],
    ['slot', () => inCode(/<slot name="([\w-]+)"/g)],
    ['custom property', () => inCode(/var\((--mixtab-[\w-]+)/g)],
    ['part', parts],
  ])('%s', (head, there) => {
    expect(there().length).toBeGreaterThan(2);
    expect(documented(head)).toEqual(there());
  });
});
