import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NumberRange, rangeEbnf } from './number-range';

/** What the EBNF of digits, classes and alternatives says, as a regular expression. */
const regexOf = (ebnf: string) => new RegExp(`^(?:${ebnf.replaceAll('"."', '\\.').replaceAll(/[" ]/g, '')})$`);

function inside(x: number, { least, most }: NumberRange): boolean {
  const low = least === undefined || (least.open ? x > least.value : x >= least.value);
  return low && (most === undefined || (most.open ? x < most.value : x <= most.value));
}

const value = fc.oneof(
  fc.integer({ min: -1200, max: 1200 }),
  fc.integer({ min: -30, max: 30 }),
  fc.integer({ min: -5000, max: 5000 }).map((n) => n / 1000),
);
const bound = fc.option(fc.record({ value, open: fc.boolean() }), { nil: undefined });
const range = fc.record({ integer: fc.boolean(), least: bound, most: bound });

it('holds the numbers of the range and no others', () => {
  fc.assert(
    fc.property(range, fc.array(value, { minLength: 20, maxLength: 20 }), (of, others) => {
      const ebnf = rangeEbnf(of);
      const regex = ebnf === null ? null : regexOf(ebnf);
      const near = [of.least?.value ?? 0, of.most?.value ?? 0].flatMap((x) =>
        [0, 1, -1, 0.001, -0.001, 0.5].map((d) => Number((x + d).toFixed(3))),
      );
      for (const x of [...others, ...near]) {
        const expected = inside(x, of) && (!of.integer || Number.isInteger(x));
        expect([x, regex?.test(String(x)) ?? false]).toEqual([x, expected]);
      }
    }),
    { numRuns: 500 },
  );
});

it('has none between bounds that leave none', () => {
  expect(rangeEbnf({ integer: false, least: { value: 2, open: false }, most: { value: 1, open: false } })).toBeNull();
  expect(
    rangeEbnf({ integer: true, least: { value: 0.1, open: false }, most: { value: 0.9, open: false } }),
  ).toBeNull();
  expect(rangeEbnf({ integer: false, least: { value: 1, open: true }, most: { value: 1, open: false } })).toBeNull();
});

it('goes as far as fifteen digits, and as near', () => {
  const far = regexOf(rangeEbnf({ integer: true, least: { value: 5, open: false } }) as string);
  expect(['4', '5', '999999999999999', '1000000000000000'].map((text) => far.test(text))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  const near = regexOf(
    rangeEbnf({ integer: false, least: { value: 1e-7, open: false }, most: { value: 1, open: true } }) as string,
  );
  expect(['0.00000009', '0.0000001', '0.999999999999999', '1'].map((text) => near.test(text))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
