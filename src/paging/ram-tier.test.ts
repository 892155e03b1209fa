import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRamBytes, RamTier } from './ram-tier';

const PIECE = 64;

/** Lets the tier hold an expert of so many whole pieces, which all hold the key; false where it does not want it. */
function bring(tier: RamTier, key: number, pieces: number): boolean {
  const draft = tier.offer(key, pieces * PIECE);
  for (let piece = 0; piece < pieces; piece++) draft?.add(new Uint8Array(PIECE).fill(key), piece * PIECE);
  draft?.finish();
  return draft !== null;
}

test('holds the very buffers, gives others in exchange, and copies what is short', () => {
  const tier = new RamTier(10 * PIECE);
  tier.request(3);
  const draft = tier.offer(3, 2 * PIECE);
  const late = new Uint8Array(PIECE).fill(2);
  const early = new Uint8Array(PIECE).fill(1);
  expect(draft?.add(late, PIECE)).toEqual(new ArrayBuffer(PIECE));
  draft?.add(new Uint8Array(PIECE), 0);
  draft?.add(early, 0); // a good copy in place of a broken one
  expect(tier.request(3)).toBeUndefined();
  draft?.finish();
  const held = tier.request(3);
  expect(held?.map(({ offset }) => offset)).toEqual([0, PIECE]);
  expect([held?.[0]?.bytes, held?.[1]?.bytes].every((bytes, i) => bytes === [early, late][i])).toBe(true);

  const small = tier.offer(4, 8);
  const piece = new Uint8Array(new ArrayBuffer(PIECE), 0, 8).fill(9);
  expect(small?.add(piece, 0)).toBeUndefined();
  piece.fill(0); // the reader goes on with its buffer
  small?.finish();
  expect(tier.request(4)?.[0]?.bytes).toEqual(new Uint8Array(8).fill(9));
  expect(tier.bytes).toBe(2 * PIECE + 8);
});

test('a newcomer drives out the one with the fewest requests, only if it has more; its buffers are used again', () => {
  const tier = new RamTier(2 * PIECE, { isResident: () => true });
  for (const key of [1, 1, 1, 2, 3]) tier.request(key);
  bring(tier, 1, 1);
  bring(tier, 2, 1);
  const old = tier.request(2)?.[0]?.bytes.buffer;
  expect(bring(tier, 3, 1)).toBe(false);
  for (let n = 0; n < 2; n++) tier.request(3);
  const draft = tier.offer(3, PIECE);
  expect(draft?.add(new Uint8Array(PIECE), 0)).toBe(old);
  draft?.finish();
  expect([1, 2, 3].map((key) => tier.has(key))).toEqual([true, false, true]);
});

test('what is on the GPU is let go before what has as many requests and is not', () => {
  const onGpu = new Set([2]);
  const tier = new RamTier(2 * PIECE, { isResident: (key) => onGpu.has(key) });
  for (const key of [2, 1, 2, 1, 3, 3, 3]) tier.request(key);
  bring(tier, 1, 1);
  bring(tier, 2, 1);
  expect(bring(tier, 3, 1)).toBe(true);
  expect([1, 2, 3].map((key) => tier.has(key))).toEqual([true, false, true]);
});

test('requests of long ago no longer count', () => {
  const tier = new RamTier(PIECE, { isResident: () => true });
  for (let n = 0; n < 20; n++) tier.request(1);
  bring(tier, 1, 1);
  for (let n = 0; n < 10; n++) tier.request(2);
  expect(bring(tier, 2, 1)).toBe(false);
  for (let n = 0; n < 500_000; n++) tier.request(n % 64 === 0 ? 2 : 3); // over the point where the counts are scaled
  expect(bring(tier, 2, 1)).toBe(true);
});

test('where the browser refuses the memory the tier stops growing, and nobody else notices', () => {
  let granted = 3;
  const allocate = (bytes: number) => {
    if (granted-- === 0) throw new RangeError('Array buffer allocation failed');
    return new ArrayBuffer(bytes);
  };
  const tier = new RamTier(100 * PIECE, { allocate });
  for (const key of [1, 2, 2, 2, 3]) tier.request(key);
  bring(tier, 1, 2);
  bring(tier, 2, 2);
  expect([tier.has(1), tier.has(2), tier.bytes]).toEqual([true, false, 2 * PIECE]);
  expect(bring(tier, 3, 2)).toBe(false);
  expect(bring(tier, 2, 2)).toBe(true); // in the memory of the first
  expect([tier.has(1), tier.has(2), tier.bytes]).toEqual([false, true, 2 * PIECE]);
});

test('whatever is asked for, brought, given up and resized: never above the budget, and a hit gives the very bytes', () => {
  const step = fc.record({
    what: fc.constantFrom('bring', 'bring', 'bring', 'give up', 'resize', 'other size'),
    key: fc.nat(9),
    pieces: fc.integer({ min: 1, max: 4 }),
    budget: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let budgetBytes = 10 * PIECE;
      const tier = new RamTier(budgetBytes, { isResident: (key) => key % 2 === 0 });
      const open: { key: number; draft: ReturnType<RamTier['offer']> }[] = [];
      for (const { what, key, pieces, budget } of steps) {
        const held = tier.request(key);
        for (const { bytes } of held ?? []) expect(bytes).toEqual(new Uint8Array(bytes.length).fill(key));
        if (what === 'resize') {
          budgetBytes = budget * PIECE;
          tier.resize(budgetBytes);
        } else if (what === 'other size') {
          const draft = tier.offer(key, 2 * PIECE);
          for (let piece = 0; piece < pieces; piece++) draft?.add(new Uint8Array(PIECE).fill(key), piece * PIECE);
          draft?.finish();
        } else if (what === 'give up') {
          open.push({ key, draft: tier.offer(key, pieces * PIECE) });
          open.at(-1)?.draft?.add(new Uint8Array(PIECE), 0);
          if (open.length > 2) open.shift()?.draft?.drop();
        } else bring(tier, key, pieces);
        expect(tier.bytes).toBeLessThanOrEqual(budgetBytes);
      }
      for (const { draft } of open) draft?.drop();
      tier.resize(0);
      expect(tier.bytes).toBe(0);
    }),
  );
});

test('the default is a share of the device, and nothing where the GPU has room for all', () => {
  expect(defaultRamBytes(8, 25e9, 4e9)).toBe(2e9);
  expect(defaultRamBytes(32, 25e9, 4e9)).toBe(4e9);
  expect(defaultRamBytes(undefined, 25e9, 4e9)).toBe(1e9);
  expect(defaultRamBytes(8, 1e8, 5e7)).toBe(1e8);
  expect(defaultRamBytes(8, 25e9, 25e9)).toBe(0);
});
