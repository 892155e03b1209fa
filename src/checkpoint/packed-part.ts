import { GROUP } from '../model/config';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';
import type { Part } from '../pack/layout';
import type { RowChunk } from './checkpoint';
import type { TensorError } from './made-record';
import { packRows } from './pack-rows';

/** A matrix on its way into a record: codes are handed out chunk by chunk, scales gathered. */
export class PackedPart {
  readonly error: TensorError = { squaredError: 0, squaredNorm: 0, weights: 0, source: [] };
  private readonly scales: Uint16Array<ArrayBuffer>;
  /** Used for every chunk, so that a long matrix leaves no garbage of its own size. */
  private codes = new Uint8Array(0);

  constructor(
    private readonly part: Part,
    private readonly format: MatrixFormat,
  ) {
    this.scales = new Uint16Array((part.planes.scale?.bytes ?? 0) / 2);
  }

  /** A chunk's codes, valid until the next call, and where they stand in the record; null codes where a value is not finite. */
  pack({ firstRow, rows, cols, type, ordered }: RowChunk): { offset: number; codes: Uint8Array | null } {
    const { q, scale } = GROUP_BYTES[this.format];
    const [before, groups] = [(firstRow * cols) / GROUP, (rows * cols) / GROUP];
    if (this.codes.length < groups * q) this.codes = new Uint8Array(groups * q);
    const codes = this.codes.subarray(0, groups * q);
    const scales = this.scales.subarray((before * scale) / 2, ((before + groups) * scale) / 2);
    packRows(type, ordered, this.format, { q: codes, scales }, this.error);
    this.error.weights += rows * cols;
    if (!this.error.source.includes(type.name)) this.error.source.push(type.name);
    const finite = Number.isFinite(this.error.squaredNorm) && Number.isFinite(this.error.squaredError);
    return { offset: (this.part.planes.q?.offset ?? 0) + before * q, codes: finite ? codes : null };
  }

  get scaleOffset(): number {
    return this.part.planes.scale?.offset ?? 0;
  }

  get scaleBytes(): Uint8Array {
    return new Uint8Array(this.scales.buffer);
  }
}
