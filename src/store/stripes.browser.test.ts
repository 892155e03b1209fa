import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameBytes } from '../../tests/support/temporary-store';
import { sha256Hex } from '../lib/sha256';
import type { RecordEntry } from '../pack/manifest';
import type { ReadOptions, RecordReader, RecordSink } from '../pack/record-reader';
import { indexReader, type RecordReaderOptions } from './reader';

interface Stored {
  entry: RecordEntry;
  bytes: Uint8Array<ArrayBuffer>;
}

async function stored(name: string, length: number, pieceBytes: number): Promise<Stored> {
  const bytes = new Uint8Array(length).map((_, i) => (i * 2654435761) >>> (i % 23));
  const sha256: string[] = [];
  for (let at = 0; at < length; at += pieceBytes) sha256.push(await sha256Hex(bytes.subarray(at, at + pieceBytes)));
  return { entry: { name, bytes: length, sha256 }, bytes };
}

/** A reader of these records, whose Blobs are in memory. */
function readerOf(
  records: Stored[],
  pieceBytes: number,
  options: RecordReaderOptions = {},
  damaged?: Blob,
): RecordReader {
  const find = (name: string) => records.find(({ entry }) => entry.name === name) as Stored;
  return indexReader(
    { pieceBytes, has: () => true, entry: async (name) => find(name).entry },
    { get: async ({ name }) => damaged ?? new Blob([find(name).bytes]), put: async () => {} },
    damaged
      ? {
          description: 'test',
          manifest: () => expect.unreachable(),
          async *record({ name }) {
            yield find(name).bytes;
          },
        }
      : null,
    options,
  );
}

/** Reads into one array, which ends as the record whatever the order; `order` gets the offsets as they come. */
async function assembled(
  reader: RecordReader,
  { entry }: Stored,
  options: ReadOptions = {},
  order: number[] = [],
): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.bytes);
  const sink: RecordSink = (piece, offset) => {
    order.push(offset);
    bytes.set(piece, offset);
  };
  await reader.read(entry.name, sink, options);
  return bytes;
}

/** Streams whose every piece waits for {@link next}; `waiting` are the records' (by size) pieces that are asked for. */
function steeredStreams() {
  const waiting: { size: number; give: () => void }[] = [];
  let changed = () => {};
  return {
    waiting,
    /** Resolves when one of the record whose stripes have this size wants a piece. */
    async wanted(size: number): Promise<void> {
      while (!waiting.some((piece) => piece.size === size)) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    /** Lets the record's oldest piece come. */
    give(size: number): void {
      const at = waiting.findIndex((piece) => piece.size === size);
      waiting.splice(at, 1)[0]?.give();
    },
    open(blob: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
      let offset = 0;
      return new ReadableStream({
        type: 'bytes',
        async pull(controller) {
          const request = controller.byobRequest;
          const view = request?.view;
          if (!request || !view) return;
          await new Promise<void>((give) => {
            waiting.push({ size: blob.size, give });
            changed();
          });
          const bytes = new Uint8Array(await blob.slice(offset, offset + view.byteLength).arrayBuffer());
          new Uint8Array(view.buffer, view.byteOffset).set(bytes);
          offset += bytes.byteLength;
          request.respond(bytes.byteLength);
        },
      });
    },
  };
}

test('whatever the sizes of record and pieces and the number of stripes: the same bytes, each piece once', async () => {
  const sizes = fc.record({
    words: fc.integer({ min: 1, max: 600 }),
    pieceWords: fc.integer({ min: 1, max: 100 }),
    stripes: fc.integer({ min: 1, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ words, pieceWords, stripes }) => {
      const record = await stored('r', words * 4, pieceWords * 4);
      const reader = readerOf([record], pieceWords * 4, { stripes });
      for (let read = 0; read < 2; read++) {
        const offsets: number[] = [];
        expect(sameBytes(await assembled(reader, record, {}, offsets), record.bytes)).toBe(true);
        const expected = record.entry.sha256.map((_, piece) => piece * pieceWords * 4);
        expect(offsets.toSorted((a, b) => a - b)).toEqual(expected);
      }
    }),
    { numRuns: 30 },
  );
});

test('an urgent read overtakes one that is not; a guess that is picked goes on beside it', async () => {
  const [guess, demand] = [await stored('guess', 64, 16), await stored('demand', 48, 16)];
  const streams = steeredStreams();
  const reader = readerOf([guess, demand], 16, { stripes: 1, openStream: streams.open });
  const came: string[] = [];
  let picked = false;
  let reads = 0;
  const onReads = (change: 1 | -1) => {
    reads += change;
  };
  const read = ({ entry }: Stored, urgent: () => boolean) =>
    reader.read(entry.name, (_, offset) => void came.push(`${entry.name} ${offset}`), { urgent, onReads });

  const guessing = read(guess, () => picked);
  await streams.wanted(64);
  const demanding = read(demand, () => true);
  await streams.wanted(48);
  expect(reads).toBe(2);
  streams.give(64); // the piece that was under way still comes
  streams.give(48);
  await streams.wanted(48);
  expect(came.toSorted()).toEqual(['demand 0', 'guess 0']);
  expect(streams.waiting.map(({ size }) => size)).toEqual([48]); // the guess waits
  expect(reads).toBe(1);
  picked = true;
  streams.give(48);
  await streams.wanted(48);
  await streams.wanted(64); // both go on
  expect(reads).toBe(2);
  streams.give(48);
  await demanding;
  for (let piece = 1; piece < 4; piece++) {
    await streams.wanted(64);
    streams.give(64);
  }
  await guessing;
  expect(reads).toBe(0);
  expect(came).toHaveLength(7);
});

test('a read that waits for urgent ones is aborted at once, and so is one whose stream gives nothing', async () => {
  const [guess, demand] = [await stored('guess', 64, 16), await stored('demand', 48, 16)];
  const streams = steeredStreams();
  const reader = readerOf([guess, demand], 16, { openStream: streams.open });
  const demandStop = new AbortController();
  const guessStop = new AbortController();
  const sink = () => expect.unreachable();
  const demanding = reader.read('demand', sink, { signal: demandStop.signal });
  await streams.wanted(16);
  const guessing = reader.read('guess', sink, { signal: guessStop.signal, urgent: () => false });
  guessStop.abort();
  await expect(guessing).rejects.toMatchObject({ code: 'aborted' });
  demandStop.abort();
  await expect(demanding).rejects.toMatchObject({ code: 'aborted' });
  const fresh = readerOf([guess], 16);
  expect(sameBytes(await assembled(fresh, guess), guess.bytes)).toBe(true);
});

for (const exchange of [false, true]) {
  test(`buffers that the sink keeps${exchange ? ' in exchange' : ''} are never written to again`, async () => {
    const record = await stored('r', 16 * 1024, 1024);
    const reader = readerOf([record], 1024);
    const kept = new Map<number, Uint8Array>();
    await reader.read('r', (piece, offset) => {
      if ((offset / 1024) % 3 !== 0) return undefined;
      kept.set(offset, piece);
      return exchange ? new ArrayBuffer(1024) : true;
    });
    await reader.read('r', (piece) => void piece.fill(7));
    expect(kept.size).toBe(6);
    for (const [offset, piece] of kept) {
      expect(sameBytes(piece, record.bytes.subarray(offset, offset + 1024))).toBe(true);
    }
  });
}

test('damage in the third stripe is found, and all of the record read again from a good copy', async () => {
  const record = await stored('r', 16 * 1024, 1024);
  const damaged = new Blob([record.bytes.map((byte, i) => (i === 9 * 1024 + 5 ? byte ^ 1 : byte))]);
  const found: unknown[] = [];
  const reader = readerOf([record], 1024, { onBroken: (_, error) => found.push(error.data.piece) }, damaged);
  const wrong: number[] = [];
  await reader.read('r', (piece, offset) => {
    if (!sameBytes(piece, record.bytes.subarray(offset, offset + piece.byteLength))) wrong.push(offset);
  });
  expect(found).toEqual([9]);
  expect(wrong).toEqual([]);
  expect(sameBytes(await assembled(reader, record), record.bytes)).toBe(true);
});
