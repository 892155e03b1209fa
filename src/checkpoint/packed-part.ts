import type { ReusedBuffers } from '../lib/reused-buffers';
import { GROUP } from '../model/config';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';
import type { Part } from '../pack/layout';
import type { RowChunk } from './checkpoint';
import type { TensorError } from './made-record';
import { packRows } from './pack-rows';

/** A matrix on its way into a record: codes are handed out chunk by chunk, scales gathered. Who is done with either gives them back to `memory`. */
export class PackedPart {
  readonly error: TensorError = { squaredError: 0, squaredNorm: 0, weights: 0, source: [] };
  /** Whole after the last chunk. */
  readonly scaleBytes: Uint8Array<ArrayBuffer>;

  constructor(
    private readonly part: Part,
    private readonly format: MatrixFormat,
    private readonly memory: ReusedBuffers,
  ) {
    this.scaleBytes = memory.take(part.planes.scale?.bytes ?? 0);
  }

  /** A chunk's codes and where they stand in the record; null codes where a value is not finite. */
  pack({ firstRow, rows, cols, type, ordered }: RowChunk): { offset: number; codes: Uint8Array<ArrayBuffer> | null } {
    const { q, scale } = GROUP_BYTES[this.format];
    const [before, groups] = [(firstRow * cols) / GROUP, (rows * cols) / GROUP];
    const codes = this.memory.take(groups * q);
    const scales = new Uint16Array(this.scaleBytes.buffer, before * scale, (groups * scale) / 2);
    packRows(type, ordered, this.format, { q: codes, scales }, this.error);
    this.error.weights += rows * cols;
    if (!this.error.source.includes(type.name)) this.error.source.push(type.name);
    const finite = Number.isFinite(this.error.squaredNorm) && Number.isFinite(this.error.squaredError);
    return { offset: (this.part.planes.q?.offset ?? 0) + before * q, codes: finite ? codes : null };
  }

  get scaleOffset(): number {
    return this.part.planes.scale?.offset ?? 0;
  }
}
