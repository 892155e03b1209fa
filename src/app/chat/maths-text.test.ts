import { describe, expect, it } from 'vitest';
import { mayHoldMaths, withDollars } from './maths-text';

describe('withDollars', () => {
  it.each([
    ['\\(a + b\\) and \\[c\\] here', '$$a + b$$ and $$c$$ here'],
    ['so $x^2$, $y$.', 'so $$x^2$$, $$y$$.'],
    ['\\[\n  a \\\\[2pt]\n  b\n\\]', '$$\na \\\\[2pt]\nb\n$$'],
    ['1. as\n   \\[ a \\]', '1. as\n   $$\n   a\n   $$'],
    ['$$ a = b $$', '$$\na = b\n$$'],
    ['$$\na\n$$', '$$\na\n$$'],
    ['in a line $$a$$ of text', 'in a line $$a$$ of text'],
  ])('reads maths: %j', (text, expected) => {
    expect(mayHoldMaths(text)).toBe(true);
    expect(withDollars(text)).toBe(expected);
  });

  it.each([
    'It costs $5 and $6.',
    'From $5 to $6, or $7.',
    '$5-$10',
    'US$5 and US$6',
    'a $ b $ c',
    '\\$x\\$ and \\\\(a\\\\)',
    'code `$x$ \\(a\\)` and ``\\[b\\] ` $y$``',
    '```sh\necho $a$ \\(b\\)\n```',
    '```\nnot over $a$ and\n\n$b$',
    '- ~~~\n  $a$\n  ~~~',
    'not over \\( a',
    'not over \\[ a',
  ])('leaves alone %j', (text) => {
    expect(withDollars(text)).toBe(text);
  });
});
