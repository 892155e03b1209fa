import type { ByteSource } from '../lib/byte-source';
import type { ReusedBuffers } from '../lib/reused-buffers';
import { CHUNK_BYTES, type ChunkPlan } from './checkpoint';
import type { WeightType } from './weight-types';

/** Neighbouring rows of one tensor of a checkpoint as they stand in a tensor of the pack. */
export interface StoredRows {
  type: WeightType;
  source: ByteSource;
  /** Of the first of them, absolute in `source`. */
  offset: number;
  /** A vector is one row. */
  rows: number;
  cols: number;
  /** Rows of a head when they are to be interleaved for RoPE, else 0. */
  headDim: number;
}

const rowBytes = ({ type, cols }: StoredRows): number => (cols / type.block) * type.bytes;

export const storedBytes = (stored: StoredRows): number => stored.rows * rowBytes(stored);

/** The reads that bring rows stored in several places, one below the other: as many whole rows each as fit {@link CHUNK_BYTES}. */
export function planChunks(all: StoredRows[]): ChunkPlan[] {
  const plans: ChunkPlan[] = [];
  let above = 0;
  for (const stored of all) {
    // Whole heads at a time where rows move inside a head.
    const unit = stored.headDim || 1;
    const step = Math.max(1, Math.floor(CHUNK_BYTES / (unit * rowBytes(stored)))) * unit;
    for (let row = 0; row < stored.rows; row += step) {
      plans.push(planChunk(stored, row, Math.min(step, stored.rows - row), above + row));
    }
    above += stored.rows;
  }
  return plans;
}

function planChunk(from: StoredRows, row: number, rows: number, firstRow: number): ChunkPlan {
  const { type, cols, source, headDim } = from;
  const bytesARow = rowBytes(from);
  return {
    firstRow,
    rows,
    async read(signal, memory) {
      const stored = await source.read(from.offset + row * bytesARow, rows * bytesARow, signal, memory);
      const ordered = headDim ? interleaveHeads(stored, headDim, bytesARow, memory) : stored;
      return { firstRow, rows, cols, type, stored, ordered };
    },
  };
}

/**
 * Reorders the rows of whole heads from Hugging Face's half-split RoPE pairs to neighbours: in each head, row 2i is Hugging Face's row i
 * and row 2i+1 its row i + headDim/2.
 */
export function interleaveHeads(
  stored: Uint8Array,
  headDim: number,
  rowBytes: number,
  memory?: ReusedBuffers,
): Uint8Array<ArrayBuffer> {
  const out = memory?.take(stored.length) ?? new Uint8Array(stored.length);
  const rows = stored.length / rowBytes;
  for (let row = 0; row < rows; row++) {
    const inHead = row % headDim;
    const from = row - inHead + (inHead >> 1) + (inHead & 1 ? headDim / 2 : 0);
    out.set(stored.subarray(from * rowBytes, (from + 1) * rowBytes), row * rowBytes);
  }
  return out;
}
