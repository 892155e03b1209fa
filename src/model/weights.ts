import type { Gpu } from '../gpu/device';
import type { BufferPart } from '../gpu/kernel';
import { USAGE } from '../gpu/usage';
import { denseName, type PackLayout, partOf, type RecordLayout } from '../pack/layout';
import type { RecordReader } from '../pack/record-reader';

/** Dense weights on the GPU: one buffer a record, tensors and their planes as ranges of it. */
export class DenseWeights {
  readonly #records: { buffer: GPUBuffer; layout: RecordLayout }[];
  readonly #tieEmbeddings: boolean;

  private constructor(tieEmbeddings: boolean, records: { buffer: GPUBuffer; layout: RecordLayout }[]) {
    this.#tieEmbeddings = tieEmbeddings;
    this.#records = records;
  }

  static async load(
    gpu: Gpu,
    { config, embedding, layers, head }: PackLayout,
    reader: RecordReader,
    onBytes: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<DenseWeights> {
    const layouts = [embedding, ...layers, head];
    const usage = USAGE.storage | USAGE.copyTarget | USAGE.copySource;
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
          { signal },
        );
      }
    };
    await Promise.all([readNext(), readNext(), readNext(), readNext()]);
    return new DenseWeights(config.tieEmbeddings, records);
  }

  /** A layer's tensor; plane `q`, `scale` or `values`. */
  layer(layer: number, tensor: string, plane: string): BufferPart {
    return this.#range(layer + 1, tensor, plane);
  }

  embedding(plane: string): BufferPart {
    return this.#range(0, 'tok_embeddings', plane);
  }

  /** lm_head's weights, which are the embedding's where the model ties them. */
  output(plane: string): BufferPart {
    return this.#tieEmbeddings ? this.embedding(plane) : this.#range(this.#records.length - 1, 'output', plane);
  }

  finalNorm(): BufferPart {
    return this.#range(this.#records.length - 1, 'norm', 'values');
  }

  #range(record: number, tensor: string, plane: string): BufferPart {
    const { buffer, layout } = this.#records[record] as { buffer: GPUBuffer; layout: RecordLayout };
    const range = partOf(layout, tensor).planes[plane];
    if (!range) throw new Error(`record ${record}: no plane ${plane} of ${tensor}`);
    return { buffer, offset: range.offset, size: range.bytes };
  }
}
