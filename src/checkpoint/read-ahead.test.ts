import { expect, it } from 'vitest';
import { readAhead } from './read-ahead';

const reads = (count: number, begun: number[], stops: AbortSignal[] = []) =>
  Array.from({ length: count }, (_, i) => async (signal: AbortSignal) => {
    begun.push(i);
    stops.push(signal);
    if (i === 7) throw new Error('broken');
    return i;
  });

it('keeps order, and begins no more than two beside the one in use', async () => {
  const begun: number[] = [];
  const seen: number[] = [];
  for await (const i of readAhead(reads(6, begun), undefined)) {
    seen.push(i);
    expect(begun).toEqual(Array.from({ length: Math.min(6, i + 3) }, (_, k) => k));
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
});

it('hands on a failure when its turn comes, and stops what is under way', async () => {
  const stops: AbortSignal[] = [];
  const seen: number[] = [];
  const all = (async () => {
    for await (const i of readAhead(reads(10, [], stops), undefined)) seen.push(i);
  })();
  await expect(all).rejects.toThrow('broken');
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(stops.every((signal) => signal.aborted)).toBe(true);
});

it('ends at an abort', async () => {
  const controller = new AbortController();
  const all = (async () => {
    for await (const i of readAhead(reads(6, []), controller.signal)) if (i === 1) controller.abort();
  })();
  await expect(all).rejects.toMatchObject({ code: 'aborted' });
});
