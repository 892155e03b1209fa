import { sha256, sha256Hex, toHex } from '../lib/sha256';
import { GROUP } from '../model/config';
import { recordsBytes } from '../pack/footprint';
import { uniformFormats } from '../pack/formats';
import { layoutOf, type Part, packLayout, plane, recordNames } from '../pack/layout';
import { type Manifest, PIECE_BYTES, type RecordEntry, recordLayouts } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { Checkpoint } from './checkpoint';
import { type QuantizeError, quantizeQ4, relativeError } from './quantize';

/** Where a pack goes. Records come in the order of `recordNames`; `bytes` is only valid during the call. */
export interface PackSink {
  record(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface ConvertProgress {
  record: string;
  doneBytes: number;
  totalBytes: number;
}

export interface Converted {
  manifest: Manifest;
  /** Relative root-mean-square error of the quantized weights, over all and by tensor. */
  error: { all: number; tensors: Record<string, number> };
}

export interface ConvertOptions {
  /** Name shown to people. Default: the checkpoint's. */
  name?: string | undefined;
  onProgress?: ((progress: ConvertProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a pack of a checkpoint, record by record. Memory: one packed record and one chunk of rows; no matrix is ever whole in floats.
 * Throws what the checkpoint or the sink throws. The manifest is for the caller to write, last.
 */
export async function convertCheckpoint(
  checkpoint: Checkpoint,
  sink: PackSink,
  options: ConvertOptions = {},
): Promise<Converted> {
  const { config } = checkpoint;
  const formats = uniformFormats(config, 'q4');
  const pack = packLayout(config, formats);
  const totalBytes = recordsBytes(pack);
  const errors = new Map<string, QuantizeError>();
  const records: RecordEntry[] = [];
  const sourceHashes: Uint8Array<ArrayBuffer>[] = [];
  let doneBytes = 0;
  for (const name of recordNames(config)) {
    const layout = layoutOf(pack, name);
    const bytes = new Uint8Array(layout.bytes);
    for (const part of layout.parts) {
      options.signal?.throwIfAborted();
      sourceHashes.push(...(await fillPart(checkpoint, name, part, bytes, errorOf(errors, part.tensor))));
    }
    records.push({ name, bytes: bytes.length, sha256: await pieceHashes(bytes) });
    await sink.record(name, bytes);
    doneBytes += bytes.length;
    options.onProgress?.({ record: name, doneBytes, totalBytes });
  }
  const manifest: Manifest = {
    format: 'mixtab-pack',
    version: 2,
    name: options.name ?? checkpoint.name,
    config,
    formats,
    pieceBytes: PIECE_BYTES,
    records,
    layouts: recordLayouts(pack),
    tokenizer: checkpoint.tokenizer,
    generation: checkpoint.generation,
    source: { name: checkpoint.name, revision: checkpoint.revision, sha256: await hashOfHashes(sourceHashes) },
  };
  return { manifest, error: summarize(errors) };
}

/** Writes one tensor into its planes of the record; returns the hashes of the source bytes read for it. */
async function fillPart(
  checkpoint: Checkpoint,
  record: string,
  part: Part,
  bytes: Uint8Array<ArrayBuffer>,
  error: QuantizeError,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const hashes: Uint8Array<ArrayBuffer>[] = [];
  const cols = part.shape.at(-1) as number;
  for await (const { firstRow, values, stored, q4 } of checkpoint.rows(record, part.tensor)) {
    hashes.push(await sha256(stored));
    const norm = squaredNorm(values);
    // An infinity or NaN makes the sum one too.
    if (!Number.isFinite(norm)) throw notFinite(record, part.tensor);
    const first = firstRow * cols;
    if (part.format === 'f32') {
      plane(part, 'values', bytes, Float32Array).set(values, first);
    } else {
      const q = plane(part, 'q', bytes, Uint8Array).subarray(first / 2, (first + values.length) / 2);
      const scales = plane(part, 'scale', bytes, Uint16Array).subarray(first / GROUP, (first + values.length) / GROUP);
      if (q4) {
        q.set(q4.q);
        scales.set(q4.scales);
        error.squaredNorm += norm;
      } else {
        quantizeQ4(values, q, scales, error);
      }
    }
  }
  return hashes;
}

function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum;
}

function notFinite(record: string, tensor: string): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${tensor} of ${record}: expected finite numbers, got NaN or infinity`,
    'The checkpoint is damaged: download it again.',
    { record, tensor },
  );
}

/** SHA-256 of each piece of a record, as the manifest lists them. */
export async function pieceHashes(bytes: Uint8Array<ArrayBuffer>, pieceBytes = PIECE_BYTES): Promise<string[]> {
  const hashes: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    hashes.push(await sha256Hex(bytes.subarray(at, at + pieceBytes)));
  return hashes;
}

async function hashOfHashes(hashes: Uint8Array<ArrayBuffer>[]): Promise<string> {
  return toHex(await sha256(new Uint8Array(await new Blob(hashes).arrayBuffer())));
}

function errorOf(errors: Map<string, QuantizeError>, tensor: string): QuantizeError {
  const error = errors.get(tensor) ?? { squaredError: 0, squaredNorm: 0 };
  errors.set(tensor, error);
  return error;
}

function summarize(errors: Map<string, QuantizeError>): Converted['error'] {
  const all = { squaredError: 0, squaredNorm: 0 };
  const tensors: Record<string, number> = {};
  for (const [tensor, error] of errors) {
    if (error.squaredNorm === 0) continue;
    all.squaredError += error.squaredError;
    all.squaredNorm += error.squaredNorm;
    tensors[tensor] = relativeError(error);
  }
  return { all: relativeError(all), tensors };
}
