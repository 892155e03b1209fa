import { GROUP, type ModelConfig } from '../model/config';

/**
 * Where each tensor lies inside a record. One place computes it; converter, validator, uploader and kernels' bindings read it.
 *
 * A record is a sequence of planes, each aligned to {@link PLANE_ALIGN} bytes so that it can be bound on its own.
 * A `q4` matrix `[rows, cols]` has two planes:
 * - `q`: `[rows][cols/32]` groups of 16 bytes; byte j holds element j in its low nibble and j+16 in its high one (GGUF Q4_0's `qs`).
 * - `scale`: `[rows][cols/32]` f16. The value of an element is `(nibble - 8) * scale`.
 * An `f32` tensor has one plane, `values`.
 */
export const PLANE_ALIGN = 256;

export type WeightFormat = 'q4' | 'f32';

export interface Plane {
  offset: number;
  bytes: number;
}

export interface Part {
  tensor: string;
  format: WeightFormat;
  /** `[rows, cols]`, or `[n]` for a vector. */
  shape: number[];
  planes: Record<string, Plane>;
}

export interface RecordLayout {
  bytes: number;
  parts: Part[];
}

/** The kinds of record in a pack, by what they hold. */
export type RecordKind = 'embedding' | 'layer' | 'head' | 'expert';

interface Spec {
  tensor: string;
  format: WeightFormat;
  shape: number[];
}

/** Rows of the stacked query, key and value projection of one layer. */
export function qkvRows(c: ModelConfig): number {
  return (c.nHeads + 2 * c.nKvHeads) * c.headDim;
}

/**
 * Tensors of each kind of record, in their order. `wqkv` stacks wq, wk and wv; rows of wq and wk are interleaved inside each head
 * (row 2i is Hugging Face's row i, row 2i+1 its row i + head_dim/2), so that the two halves of a RoPE pair are neighbours.
 */
export function recordSpecs(c: ModelConfig, kind: RecordKind): Spec[] {
  const q4 = (tensor: string, rows: number, cols: number): Spec => ({ tensor, format: 'q4', shape: [rows, cols] });
  const f32 = (tensor: string, ...shape: number[]): Spec => ({ tensor, format: 'f32', shape });
  switch (kind) {
    case 'embedding':
      return [q4('tok_embeddings', c.vocabSize, c.dim)];
    case 'layer':
      return [
        q4('wqkv', qkvRows(c), c.dim),
        q4('wo', c.dim, c.nHeads * c.headDim),
        f32('attention_norm', c.dim),
        f32('ffn_norm', c.dim),
        f32('gate', c.nExperts, c.dim),
      ];
    case 'head':
      return c.tieEmbeddings ? [f32('norm', c.dim)] : [q4('output', c.vocabSize, c.dim), f32('norm', c.dim)];
    case 'expert':
      return [q4('w1', c.hiddenDim, c.dim), q4('w3', c.hiddenDim, c.dim), q4('w2', c.dim, c.hiddenDim)];
  }
}

/** Layout of one kind of record: first every matrix's nibbles (or a tensor's f32 values), then every matrix's scales. */
export function recordLayout(c: ModelConfig, kind: RecordKind): RecordLayout {
  const parts: Part[] = recordSpecs(c, kind).map((spec) => ({ ...spec, planes: {} }));
  let offset = 0;
  const place = (part: Part, plane: string, bytes: number) => {
    part.planes[plane] = { offset, bytes };
    offset = alignUp(offset + bytes, PLANE_ALIGN);
  };
  for (const part of parts) {
    const elements = part.shape.reduce((a, b) => a * b, 1);
    if (part.format === 'q4') place(part, 'q', elements / 2);
    else place(part, 'values', elements * 4);
  }
  for (const part of parts) {
    if (part.format === 'q4') place(part, 'scale', (part.shape.reduce((a, b) => a * b, 1) / GROUP) * 2);
  }
  return { bytes: offset, parts };
}

/** Layout of every kind, as a manifest holds it. */
export function recordLayouts(c: ModelConfig): Record<RecordKind, RecordLayout> {
  return {
    embedding: recordLayout(c, 'embedding'),
    layer: recordLayout(c, 'layer'),
    head: recordLayout(c, 'head'),
    expert: recordLayout(c, 'expert'),
  };
}

/** The kind of a record by its name, or null for a name that no pack of this shape has. */
export function recordKind(c: ModelConfig, name: string): RecordKind | null {
  const dense = /^dense\/(\d+)$/.exec(name);
  if (dense) {
    const n = Number(dense[1]);
    return n === 0 ? 'embedding' : n <= c.nLayers ? 'layer' : n === c.nLayers + 1 ? 'head' : null;
  }
  const expert = /^expert\/(\d+)\/(\d+)$/.exec(name);
  if (expert) return Number(expert[1]) < c.nLayers && Number(expert[2]) < c.nExperts ? 'expert' : null;
  return null;
}

/** Record names in the order in which a download should take them: dense weights, then experts by layer. */
export function recordNames(c: ModelConfig): string[] {
  const names: string[] = [];
  for (let n = 0; n <= c.nLayers + 1; n++) names.push(denseName(n));
  for (let l = 0; l < c.nLayers; l++) for (let e = 0; e < c.nExperts; e++) names.push(expertName(l, e));
  return names;
}

type PlaneView<T> = new (buffer: ArrayBuffer, offset: number, length: number) => T;

/** A plane of a part inside its record, as a view. All of a pack is little-endian, as is every machine that has WebGPU. */
export function plane<T>(
  part: Part,
  name: string,
  record: Uint8Array<ArrayBuffer>,
  View: PlaneView<T> & { BYTES_PER_ELEMENT: number },
): T {
  const found = part.planes[name];
  if (!found) throw new RangeError(`${part.tensor}: no plane ${name}`);
  return new View(record.buffer, record.byteOffset + found.offset, found.bytes / View.BYTES_PER_ELEMENT);
}

export const denseName = (n: number): string => `dense/${n}`;
export const expertName = (layer: number, expert: number): string => `expert/${layer}/${expert}`;

export function alignUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
