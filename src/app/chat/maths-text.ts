/**
 * Rewrites maths as models write it, `\(a\)`, `\[a\]` and `$a$`, in the one way that remark-math is told to read: two dollars. A dollar before
 * a blank, or one that ends before a blank or is followed by a digit, is money: `$5 and $6`. Code stays as it is.
 */
export function withDollars(markdown: string): string {
  return markdown.replace(PARTS, (part: string, ...rest: unknown[]) => {
    const { indent, ownLine, bracket, inline, dollar } = rest.at(-1) as Partial<Record<string, string>>;
    const display = ownLine ?? bracket;
    if (display !== undefined) return fenced(display, indent ?? '');
    const text = inline ?? dollar;
    return text === undefined ? part : `$$${text.replace(/\s*\n\s*/g, ' ')}$$`;
  });
}

/** Whether there is anything that {@link withDollars} and remark-math would take for maths: most texts have none, and are spared both. */
export function mayHoldMaths(markdown: string): boolean {
  return /\$\S|\$\$|\\[([]/.test(markdown);
}

/** Maths in lines of its own, as deep as the item that it belongs to. */
function fenced(tex: string, indent: string): string {
  const lines = tex
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return ['$$', ...lines, '$$'].map((line) => indent + line).join('\n');
}

/** The first that matches wins, so code and escapes, which come first, keep what they hold. */
const PARTS = new RegExp(
  [
    /^[ \t]*(?:[-+*>][ \t]+|\d{1,9}[.)][ \t]+)*(?<fence>`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:\n[ \t]*\k<fence>[`~]*[ \t]*$|$(?![\s\S]))|$)/,
    /(?<ticks>`+)[^`](?:[\s\S]*?[^`])??\k<ticks>(?!`)/,
    /\\[\\`$]/,
    /^(?<indent>[ \t]*)(?:\$\$(?<ownLine>[^\n$]+)\$\$|\\\[(?<bracket>(?:[^\\]|\\(?!\]))+)\\\])[ \t]*$/,
    /\$\$[\s\S]*?\$\$/,
    /\\[([](?<inline>(?:[^\\]|\\(?![)\]]))+?)\\[)\]]/,
    /(?<![$\w])\$(?<dollar>[^\s$](?:[^$\n]*?[^\s$\\])?)\$(?![\d$])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);
