import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointFiles, folderOf } from '../../tests/support/checkpoint-files';
import { memorySink } from '../../tests/support/memory-sink';
import type { ByteSource } from '../lib/byte-source';
import { ReusedBuffers } from '../lib/reused-buffers';
import { uniformFormats } from '../pack/formats';
import { layoutOf, packLayout, recordNames } from '../pack/layout';
import { PIECE_BYTES } from '../pack/manifest';
import { CHUNK_BYTES } from './checkpoint';
import { convertCheckpoint } from './convert';
import { convertRecord } from './convert-record';
import { openGgufCheckpoint } from './gguf-checkpoint';
import { GGUF_TYPES } from './gguf-types';
import { openHfCheckpoint } from './hf-checkpoint';
import { importReport, type MadeRecord, manifestOf } from './made-record';
import { planChunks } from './stored-rows';
import type { WeightType } from './weight-types';

describe('records of a checkpoint', () => {
  it('are the same whoever makes them, and give the same manifest and report in any order', async () => {
    const files = await checkpointFiles('b');
    const sink = memorySink();
    const whole = await convertCheckpoint(await openGgufCheckpoint(folderOf(files), 'model-q4_0.gguf'), sink);
    const { config, formats } = whole.manifest;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(recordNames(config), { minLength: recordNames(config).length }),
        async (names) => {
          const made: MadeRecord[] = [];
          // Each worker opens the source itself; what it says crosses a border, and a journal.
          const workers = await Promise.all([0, 1].map(() => openGgufCheckpoint(folderOf(files), 'model-q4_0.gguf')));
          const pack = packLayout(config, formats);
          for (const [i, name] of names.entries()) {
            const own = memorySink();
            const checkpoint = workers[i % 2] as (typeof workers)[0];
            const record = await convertRecord(checkpoint, pack, name, (piece) => own.piece(name, piece));
            made.push(JSON.parse(JSON.stringify(structuredClone(record))));
            expect(own.records.get(name)).toEqual(sink.records.get(name));
          }
          const [first] = workers;
          expect(await manifestOf(first as NonNullable<typeof first>, pack, made, 'model-q4_0')).toEqual(
            whole.manifest,
          );
          expect(importReport(made, pack).relativeError).toBe(whole.report.relativeError);
          await expect(manifestOf(whole.manifest.source as never, pack, made.slice(1), '')).rejects.toThrow(RangeError);
        },
      ),
      { numRuns: 2 },
    );
  });

  it('take the finest format that one of their tensors needs; floats take the wish', async () => {
    const bf16 = await openHfCheckpoint(folderOf(await checkpointFiles('a')));
    expect(bf16.formats('q4')).toEqual(uniformFormats(bf16.config, 'q4'));
    expect(bf16.formats('q8')).toEqual(uniformFormats(bf16.config, 'q8'));
    expect(bf16).toMatchObject({ matrixTypes: ['BF16'], sourceBytes: 10_960_384 });
  });
});

/** An expert of Mixtral 8x7B's width: three matrices of 14336 x 4096. */
const WIDE = {
  dim: 4096,
  hiddenDim: 14336,
  nLayers: 1,
  nHeads: 32,
  nKvHeads: 8,
  headDim: 128,
  nExperts: 1,
  topK: 1,
  vocabSize: 32,
  ropeTheta: 1e6,
  normEps: 1e-5,
  maxContext: 4096,
  tieEmbeddings: false,
  bosId: 1,
  eosIds: [2],
};

describe('a record of Mixtral 8x7B', () => {
  it('of 99 MB is made in pieces, from reads of a few MB, without ever being whole', async () => {
    const pack = packLayout(WIDE, uniformFormats(WIDE, 'q4'));
    const type = GGUF_TYPES[2] as WeightType;
    const reads: number[] = [];
    const memory = new ReusedBuffers();
    const buffers = new Set<ArrayBuffer>();
    const source: ByteSource = {
      name: 'wide',
      size: 2 ** 40,
      async read(_, length, _signal, lent) {
        reads.push(length);
        const bytes = (lent as ReusedBuffers).take(length).fill(0);
        buffers.add(bytes.buffer);
        return bytes;
      },
    };
    const stored = { type, source, offset: 0, headDim: 0 };
    const chunks = (_: string, tensor: string) =>
      planChunks([tensor === 'w2' ? { ...stored, rows: 4096, cols: 14336 } : { ...stored, rows: 14336, cols: 4096 }]);
    const pieces: number[] = [];
    let peakBytes = 0;
    let aheadBytes = 0;
    const before = process.memoryUsage().arrayBuffers;
    const write = (piece: Uint8Array): void => {
      pieces.push(piece.length);
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
      const readBytes = reads.reduce((a, b) => a + b, 0);
      aheadBytes = Math.max(aheadBytes, readBytes - pieces.reduce((a, b) => a + b, 0));
    };
    const made = await convertRecord({ chunks }, pack, 'expert/0/0', write, undefined, memory);
    expect(made.entry.bytes).toBe(layoutOf(pack, 'expert/0/0').bytes);
    expect(made.errors.w1).toMatchObject({ weights: 14336 * 4096, source: ['Q4_0'], squaredError: 0 });
    expect(Math.max(...reads)).toBeLessThanOrEqual(CHUNK_BYTES);
    expect(reads.length).toBeLessThan(30);
    expect(pieces).toEqual([...Array(23).fill(PIECE_BYTES), made.entry.bytes - 23 * PIECE_BYTES]);
    expect(peakBytes).toBeLessThan(40e6);
    // What is read goes into the memory of what is done with.
    expect(buffers.size).toBeLessThan(8);
    // The scales so far, and what was read ahead.
    expect(aheadBytes).toBeLessThan(made.entry.bytes / 9 + 4 * CHUNK_BYTES);
  });
});
