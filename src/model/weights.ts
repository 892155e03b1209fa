import type { Gpu } from '../gpu/device';
import type { BufferRange } from '../gpu/kernel';
import { USAGE } from '../gpu/usage';
import { denseName, type RecordKind, type RecordLayout, recordLayout } from '../pack/layout';
import type { RecordReader } from '../pack/record-reader';
import type { ModelConfig } from './config';

/** Dense weights on the GPU: one buffer a record, tensors and their planes as ranges of it. */
export class DenseWeights {
  readonly #records: { buffer: GPUBuffer; layout: RecordLayout }[];
  readonly #config: ModelConfig;

  private constructor(config: ModelConfig, records: { buffer: GPUBuffer; layout: RecordLayout }[]) {
    this.#config = config;
    this.#records = records;
  }

  static #kinds(c: ModelConfig): RecordKind[] {
    return ['embedding', ...Array.from({ length: c.nLayers }, () => 'layer' as const), 'head'];
  }

  static async load(
    gpu: Gpu,
    config: ModelConfig,
    reader: RecordReader,
    onBytes: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<DenseWeights> {
    const layouts = DenseWeights.#kinds(config).map((kind) => recordLayout(config, kind));
    const usage = USAGE.storage | USAGE.copyTarget;
    const buffers = await gpu.memory.create(layouts.map(({ bytes }, n) => ({ label: denseName(n), bytes, usage })));
    const records = buffers.map((buffer, n) => ({ buffer, layout: layouts[n] as RecordLayout }));
    let next = 0;
    const readNext = async () => {
      for (let n = next++; n < records.length; n = next++) {
        const { buffer } = records[n] as { buffer: GPUBuffer };
        await reader.read(
          denseName(n),
          (piece, offset) => {
            gpu.device.queue.writeBuffer(buffer, offset, piece);
            onBytes(piece.byteLength);
          },
          signal,
        );
      }
    };
    await Promise.all([readNext(), readNext(), readNext(), readNext()]);
    return new DenseWeights(config, records);
  }

  /** A layer's tensor; plane `q`, `scale` or `values`. */
  layer(layer: number, tensor: string, plane: string): BufferRange {
    return this.#range(layer + 1, tensor, plane);
  }

  embedding(plane: string): BufferRange {
    return this.#range(0, 'tok_embeddings', plane);
  }

  /** lm_head's weights, which are the embedding's where the model ties them. */
  output(plane: string): BufferRange {
    return this.#config.tieEmbeddings ? this.embedding(plane) : this.#range(this.#records.length - 1, 'output', plane);
  }

  finalNorm(): BufferRange {
    return this.#range(this.#records.length - 1, 'norm', 'values');
  }

  #range(record: number, tensor: string, plane: string): BufferRange {
    const { buffer, layout } = this.#records[record] as { buffer: GPUBuffer; layout: RecordLayout };
    const range = layout.parts.find((part) => part.tensor === tensor)?.planes[plane];
    if (!range) throw new Error(`record ${record}: no plane ${plane} of ${tensor}`);
    return { buffer, offset: range.offset, size: range.bytes };
  }
}
