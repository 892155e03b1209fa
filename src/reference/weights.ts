import { type Checkpoint, chunkValues } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../model/config';
import {
  layoutOf,
  type Part,
  packLayout,
  plane,
  type RecordKind,
  recordKind,
  recordNames,
  recordSpecs,
} from '../pack/layout';
import type { Manifest } from '../pack/manifest';
import { dequantize } from './dequantize';

/** Weights as plain floats, whatever they were stored as. All of them are in memory: for small models only. */
export interface ReferenceWeights {
  config: ModelConfig;
  /** `[rows, cols]`; records and tensors are named as in src/pack/layout.ts, `wqkv` in the row order given there. */
  tensor(record: string, tensor: string): Float32Array;
}

/** The weights of a checkpoint, not quantized. */
export async function checkpointWeights(checkpoint: Checkpoint): Promise<ReferenceWeights> {
  const { config } = checkpoint;
  const tensors = new Map<string, Float32Array>();
  for (const record of recordNames(config)) {
    for (const { tensor, shape } of recordSpecs(config, recordKind(config, record) as RecordKind)) {
      const values = new Float32Array(shape.reduce((a, b) => a * b));
      const cols = shape.at(-1) as number;
      for (const { firstRow, read } of checkpoint.chunks(record, tensor))
        values.set(chunkValues(await read()), firstRow * cols);
      tensors.set(`${record}/${tensor}`, values);
    }
  }
  return { config, tensor: lookup(tensors) };
}

/** The weights of a pack exactly as its records hold them. `read` gives a whole record. */
export async function packWeights(
  manifest: Manifest,
  read: (record: string) => Promise<Uint8Array>,
): Promise<ReferenceWeights> {
  const { config, formats } = manifest;
  const pack = packLayout(config, formats);
  const tensors = new Map<string, Float32Array>();
  for (const record of recordNames(config)) {
    // A copy: what a reader hands out may be a view that is not aligned.
    const bytes = Uint8Array.from(await read(record));
    for (const part of layoutOf(pack, record).parts) {
      tensors.set(`${record}/${part.tensor}`, partValues(part, bytes));
    }
  }
  return { config, tensor: lookup(tensors) };
}

/** Values of one tensor of a record, dequantized. */
export function partValues(part: Part, record: Uint8Array<ArrayBuffer>): Float32Array {
  if (part.format === 'f32') return plane(part, 'values', record, Float32Array);
  return dequantize(part.format, plane(part, 'q', record, Uint8Array), plane(part, 'scale', record, Uint16Array));
}

function lookup(tensors: Map<string, Float32Array>): ReferenceWeights['tensor'] {
  return (record, tensor) => {
    const found = tensors.get(`${record}/${tensor}`);
    if (!found) throw new RangeError(`${record}: no tensor ${tensor}`);
    return found;
  };
}
