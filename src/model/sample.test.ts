import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SamplingParams } from '../protocol/engine';
import { countTokens, type Restrictions, sample } from './sample';
import { GREEDY } from './sampling';

const plain: SamplingParams = { ...GREEDY, temperature: 1 };
/** Log probabilities of four tokens; the entropy is 1.03 nats, the surprises 0.51, 1.2, 2.3 and 3. */
const row = Float32Array.from([0.6, 0.25, 0.1, 0.05], Math.log);
const US = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);

/** Tokens drawn, over the whole range of draws. */
function drawn(params: Partial<SamplingParams>, restrictions: Restrictions = {}, logits = row, counts?: Uint32Array) {
  const all = US.map((u) =>
    sample(logits, counts ?? new Uint32Array(logits.length), { ...plain, ...params }, u, restrictions),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

const mask = (...ids: number[]) => {
  const words = new Int32Array(2);
  for (const id of ids) words[id >> 5] = (words[id >> 5] ?? 0) | (1 << (id & 31));
  return words;
};

describe('typical-p', () => {
  it('keeps the tokens whose surprise is nearest to the entropy, the likeliest not among them', () => {
    expect(drawn({ typicalP: 0.2 })).toEqual([1]);
    expect(drawn({ typicalP: 0.8 })).toEqual([0, 1]);
    expect(drawn({ typicalP: 0.9 })).toEqual([0, 1, 2]);
  });

  it('works on what top-k leaves, and min-p on what it leaves', () => {
    expect(drawn({ typicalP: 0.2, topK: 1 })).toEqual([0]);
    expect(drawn({ typicalP: 0.2, minP: 1 })).toEqual([1]);
  });
});

describe('restrictions', () => {
  it('a bias is added before all else', () => {
    expect(drawn({ temperature: 0 }, { bias: [[3, 5]] })).toEqual([3]);
    expect(drawn({}, { bias: [[0, -100]] })).toEqual([1, 2, 3]);
    // Of -0.5 + 1 the penalty makes 0.5 / 2, of -0.5 alone -0.5 * 2.
    const negative = Float32Array.of(-0.5, 0.3);
    const seen = countTokens(2, [0], []);
    expect(drawn({ temperature: 0, repetitionPenalty: 2 }, { bias: [[0, 1]] }, negative, seen)).toEqual([1]);
    expect(drawn({ temperature: 0, repetitionPenalty: 1.5 }, { bias: [[0, 1]] }, negative, seen)).toEqual([0]);
  });

  it('only allowed tokens are drawn, however unlikely', () => {
    expect(drawn({}, { allowed: mask(2, 3) })).toEqual([2, 3]);
    expect(drawn({ temperature: 0, topK: 1 }, { allowed: mask(3) })).toEqual([3]);
    expect(
      drawn(
        { topP: 0.1 },
        { allowed: mask(40) },
        Float32Array.from({ length: 41 }, (_, i) => -9 * i),
      ),
    ).toEqual([40]);
    expect(drawn({}, { allowed: mask(35) }, new Float32Array(41).fill(Number.NEGATIVE_INFINITY))).toEqual([35]);
  });
});

it('draws as often as the probabilities say, whatever the order of the filters’ ids', () => {
  const share = (token: number, params: Partial<SamplingParams>) =>
    US.filter((u) => sample(row, new Uint32Array(4), { ...plain, ...params }, u) === token).length / US.length;
  for (const params of [{}, { topP: 0.999 }, { topK: 4 }, { typicalP: 0.9999 }]) {
    expect([0, 1, 2, 3].map((token) => share(token, params))).toEqual([0.6, 0.25, 0.1, 0.05]);
  }
});

it('always draws an allowed token of the vocabulary', () => {
  const value = fc.oneof(fc.float({ noDefaultInfinity: false }), fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 40, maxLength: 40 }),
      fc.uniqueArray(fc.nat(39), { minLength: 1 }),
      fc.record({
        topK: fc.nat(5),
        topP: fc.constantFrom(0.3, 1),
        typicalP: fc.constantFrom(0.3, 1),
        minP: fc.constantFrom(0, 0.5),
      }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (values, ids, params, u) => {
        const token = sample(Float32Array.from(values), new Uint32Array(40), { ...plain, ...params }, u, {
          allowed: mask(...ids),
        });
        expect(ids).toContain(token);
      },
    ),
  );
});
