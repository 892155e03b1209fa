import { GROUP, type ModelConfig } from '../model/config';
import { type Formats, GROUP_BYTES, type MatrixFormat } from './formats';

/**
 * Where each tensor lies inside a record. One place computes it; converter, validator, uploader and kernels' bindings read it.
 *
 * A record is a sequence of planes, each aligned to {@link PLANE_ALIGN} bytes so that it can be bound on its own.
 * A matrix `[rows, cols]` in one of the {@link MatrixFormat}s has two planes:
 * - `q`: `[rows][cols/32]` groups of codes. In `q8` and `q8a` 32 signed bytes; in all others 16 bytes, byte j holding element j in its low nibble and
 *   j+16 in its high one (GGUF Q4_0's `qs`).
 * - `scale`: `[rows][cols/32]` f16; in `q4a` and `q8a` pairs of f16, scale and minimum. In `q6` and `q6a` three words: two of the codes' upper two bits
 *   (of element 4k+b in byte b of word k>>2, at bits 2(k&3)), one of two f16, in `q6` the scales of a group's halves, in `q6a` scale and minimum.
 * An `f32` tensor has one plane, `values`.
 */
export const PLANE_ALIGN = 256;

export type WeightFormat = MatrixFormat | 'f32';

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

/** The layouts of all records of a pack. Equal layouts are one object. */
export interface PackLayout {
  config: ModelConfig;
  formats: Formats;
  embedding: RecordLayout;
  head: RecordLayout;
  /** By layer. */
  layers: RecordLayout[];
  /** Of each layer's experts. */
  experts: RecordLayout[];
}

/** The kinds of record in a pack, by what they hold. */
export type RecordKind = 'embedding' | 'layer' | 'head' | 'expert';

export interface TensorSpec {
  tensor: string;
  /** Stored in one of the {@link MatrixFormat}s; otherwise as f32. */
  quantized: boolean;
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
export function recordSpecs(c: ModelConfig, kind: RecordKind): TensorSpec[] {
  const matrix = (tensor: string, rows: number, cols: number): TensorSpec => ({
    tensor,
    quantized: true,
    shape: [rows, cols],
  });
  const f32 = (tensor: string, ...shape: number[]): TensorSpec => ({ tensor, quantized: false, shape });
  switch (kind) {
    case 'embedding':
      return [matrix('tok_embeddings', c.vocabSize, c.dim)];
    case 'layer':
      return [
        matrix('wqkv', qkvRows(c), c.dim),
        matrix('wo', c.dim, c.nHeads * c.headDim),
        f32('attention_norm', c.dim),
        f32('ffn_norm', c.dim),
        f32('gate', c.nExperts, c.dim),
      ];
    case 'head':
      return c.tieEmbeddings ? [f32('norm', c.dim)] : [matrix('output', c.vocabSize, c.dim), f32('norm', c.dim)];
    case 'expert':
      return [matrix('w1', c.hiddenDim, c.dim), matrix('w3', c.hiddenDim, c.dim), matrix('w2', c.dim, c.hiddenDim)];
  }
}

/** Layout of one kind of record: first every matrix's codes (or a tensor's f32 values), then every matrix's scales. */
function recordLayout(specs: TensorSpec[], formatOf: (tensor: string) => MatrixFormat): RecordLayout {
  const parts: Part[] = specs.map(({ tensor, quantized, shape }) => ({
    tensor,
    format: quantized ? formatOf(tensor) : 'f32',
    shape,
    planes: {},
  }));
  let offset = 0;
  const place = (part: Part, plane: string, bytes: number) => {
    part.planes[plane] = { offset, bytes };
    offset = alignUp(offset + bytes, PLANE_ALIGN);
  };
  for (const part of parts) {
    const elements = elementsOf(part);
    if (part.format === 'f32') place(part, 'values', elements * 4);
    else place(part, 'q', (elements / GROUP) * GROUP_BYTES[part.format].q);
  }
  for (const part of parts) {
    if (part.format !== 'f32') place(part, 'scale', (elementsOf(part) / GROUP) * GROUP_BYTES[part.format].scale);
  }
  return { bytes: offset, parts };
}

const elementsOf = ({ shape }: Part): number => shape.reduce((a, b) => a * b, 1);

/** The layout of a pack of this shape in these formats. */
export function packLayout(config: ModelConfig, formats: Formats): PackLayout {
  const known = new Map<string, RecordLayout>();
  const layout = (kind: RecordKind, formatOf: Record<string, MatrixFormat>): RecordLayout => {
    const key = JSON.stringify([kind, formatOf]);
    const found = known.get(key) ?? recordLayout(recordSpecs(config, kind), (tensor) => formatOf[tensor] ?? 'q4');
    known.set(key, found);
    return found;
  };
  return {
    config,
    formats,
    embedding: layout('embedding', { tok_embeddings: formats.embedding }),
    head: layout('head', { output: formats.output }),
    layers: formats.layers.map(({ wqkv, wo }) => layout('layer', { wqkv, wo })),
    experts: formats.layers.map(({ up, down }) => layout('expert', { w1: up, w3: up, w2: down })),
  };
}

/** The layout of a record by its name. Throws RangeError for a name that the pack does not have. */
export function layoutOf(pack: PackLayout, name: string): RecordLayout {
  const kind = recordKind(pack.config, name);
  const [, first = 0] = name.split('/').map(Number);
  const layout =
    kind === 'layer'
      ? pack.layers[first - 1]
      : kind === 'expert'
        ? pack.experts[first]
        : kind === null
          ? undefined
          : pack[kind];
  if (!layout) throw new RangeError(`record ${name}: no such record in a pack of this shape`);
  return layout;
}

/** A tensor's part of a record. Throws RangeError where the record has none of that name. */
export function partOf(layout: RecordLayout, tensor: string): Part {
  const part = layout.parts.find((p) => p.tensor === tensor);
  if (!part) throw new RangeError(`tensor ${tensor}: no such tensor in the record`);
  return part;
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
