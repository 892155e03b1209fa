import { expect, test } from 'vitest';
import type { ReadOptions, RecordReader, RecordSink } from '../pack/record-reader';
import { ExpertSource } from './expert-source';

const PIECE = 64;

/** Experts of two pieces, the second one first, in buffers that are used again unless they are kept. */
function experts() {
  const reads: string[] = [];
  let fails = false;
  const reader: RecordReader = {
    has: () => true,
    async read(name: string, sink: RecordSink, { onReads }: ReadOptions = {}) {
      reads.push(name);
      onReads?.(1);
      const [, layer, expert] = name.split('/').map(Number);
      const piece = new Uint8Array(PIECE);
      for (const offset of [PIECE, 0]) {
        piece.fill((layer ?? 0) * 8 + (expert ?? 0) + offset);
        const answer = sink(piece.slice(), offset);
        if (answer !== undefined) expect(answer).toBeInstanceOf(ArrayBuffer);
        if (fails) throw new Error('away');
      }
      onReads?.(-1);
    },
  };
  const fail = (whether: boolean) => {
    fails = whether;
  };
  return { reader, reads, fail };
}

async function bytesOf(source: ExpertSource, key: number): Promise<{ tier: string; bytes: Uint8Array }> {
  const bytes = new Uint8Array(2 * PIECE);
  const tier = await source.read(key, (piece, offset) => void bytes.set(piece, offset));
  return { tier, bytes };
}

test('an expert that was held comes from RAM, bit for bit, without a read', async () => {
  const { reader, reads } = experts();
  const source = new ExpertSource(reader, { nExperts: 8, ramBytes: 4 * PIECE });
  await bytesOf(source, 0); // teaches how long experts are
  const first = await bytesOf(source, 9);
  const second = await bytesOf(source, 9);
  expect([first.tier, second.tier]).toEqual(['storage', 'ram']);
  expect(second.bytes).toEqual(first.bytes);
  expect(second.bytes[PIECE]).toBe(9 + PIECE);
  expect(reads).toEqual(['expert/0/0', 'expert/1/1']);
  expect(source.ramBytesUsed).toBe(2 * PIECE);
  source.resizeRam(0);
  expect((await bytesOf(source, 9)).tier).toBe('storage');
});

test('without room nothing is held, and a read that fails leaves nothing behind', async () => {
  const { reader, fail } = experts();
  const tight = new ExpertSource(reader, { nExperts: 8, ramBytes: 2 * PIECE - 1 });
  for (let n = 0; n < 3; n++) expect((await bytesOf(tight, 1)).tier).toBe('storage');
  expect(tight.ramBytesUsed).toBe(0);
  const source = new ExpertSource(reader, { nExperts: 8, ramBytes: 4 * PIECE });
  await bytesOf(source, 0);
  fail(true);
  await expect(bytesOf(source, 1)).rejects.toThrow('away');
  expect(source.ramBytesUsed).toBe(0);
  fail(false);
  expect((await bytesOf(source, 1)).tier).toBe('storage');
  expect((await bytesOf(source, 1)).tier).toBe('ram');
});

test('an aborted request is refused, from RAM too', async () => {
  const { reader } = experts();
  const source = new ExpertSource(reader, { nExperts: 8, ramBytes: 4 * PIECE });
  for (let n = 0; n < 2; n++) await bytesOf(source, 0);
  const refused = source.read(0, () => expect.unreachable(), { signal: AbortSignal.abort() });
  await expect(refused).rejects.toMatchObject({ code: 'aborted' });
});
