import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { describe, expect, it } from 'vitest';
import { splitBlocks } from './markdown-blocks';

/** Texts of what Markdown is made of, so that drawn ones have lists in quotes in fences and worse. */
const piece = fc.constantFrom(
  ...['\n', '\n\n', '\r\n', '  ', '    ', '- ', '-', '1', '1. ', '1) ', '> ', '# ', '```', '```js', '~~~', '````'],
  ...['$$', '\\[', '\\]', '$', 'a', 'word ', '*', '|', '---', '\t', '[a]: b', '`'],
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
/** Whole lines, half of them blank: bare marks apart, which the parser itself reads one way or another by what stood before. */
const line = fc.constantFrom(
  ...['', 'word', '- item', '  - item', '1. item', '2) item', '  deep', '> quote', '# head', '```'],
  ...['```js', '  ```', '- ```', '~~~', '````', '| a | b |', '---', '* * *', 'a `tick', '**bold**'],
);
const lines = fc
  .array(fc.tuple(line, fc.boolean()), { maxLength: 16 })
  .map((drawn) => drawn.map(([begun, blank]) => (blank ? `${begun}\n` : begun)).join('\n'));

describe('splitBlocks', () => {
  it('gives blocks that joined are the text', () => {
    fc.assert(
      fc.property(text, (whole) => {
        expect(splitBlocks(whole).join('')).toBe(whole);
        expect(splitBlocks(whole)).not.toContain('');
      }),
    );
  });

  it('cuts what is settled the same, however much follows', () => {
    fc.assert(
      fc.property(text, fc.nat(), (whole, at) => {
        const settled = splitBlocks(whole.slice(0, at % (whole.length + 1))).slice(0, -1);
        expect(splitBlocks(whole).slice(0, settled.length)).toEqual(settled);
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing of what is shown', () => {
    const shown = (markdown: string) =>
      renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, markdown));
    const tidy = (html: string) => html.replace(/\n+/g, '\n').trim();
    fc.assert(
      fc.property(lines, (whole) => {
        expect(tidy(splitBlocks(whole).map(shown).join('\n'))).toBe(tidy(shown(whole)));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['paragraphs', 'One\nmore\n\nTwo\n\n\nThree', ['One\nmore\n\n', 'Two\n\n\n', 'Three']],
    ['code with blank lines', '```js\na\n\nb\n```\n\nText', ['```js\na\n\nb\n```\n\n', 'Text']],
    ['code in code', '````\n```\n\na\n```\n\nb\n````\n\nText', ['````\n```\n\na\n```\n\nb\n````\n\n', 'Text']],
    ['code that is not over', 'Text\n\n```\na\n\nb', ['Text\n\n', '```\na\n\nb']],
    ['a loose list', '- a\n\n- b\n\n  more\n\nText', ['- a\n\n- b\n\n  more\n\n', 'Text']],
    ['code outdented from its item', '1. a\n   ```\n   x\n\ny\n\nz', ['1. a\n   ```\n   x\n\ny\n\nz']],
    [
      'code in the first line of an item',
      '- ```\n  a\n\n  b\n  ```\n\nText\n\n```\nc\n\nd\n```',
      ['- ```\n  a\n\n  b\n  ```\n\n', 'Text\n\n', '```\nc\n\nd\n```'],
    ],
    [
      'maths with blank lines',
      '$$\na\n\nb\n$$\n\n\\[\na\n\nb\n\\]\n\nText',
      ['$$\na\n\nb\n$$\n\n', '\\[\na\n\nb\n\\]\n\n', 'Text'],
    ],
    ['indented code with blank lines', 'a\n\n    x\n\n    y\n\nb', ['a\n\n    x\n\n    y\n\n', 'b']],
    ['what may become an item', '- a\n\n-', ['- a\n\n-']],
    ['what has become none', '- a\n\n-b', ['- a\n\n', '-b']],
  ])('keeps together %s', (_, whole, blocks) => {
    expect(splitBlocks(whole)).toEqual(blocks);
  });
});
