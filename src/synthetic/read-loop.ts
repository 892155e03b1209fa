import { type Gpu, openGpu } from '../gpu/device';
import { USAGE } from '../gpu/usage';
import { type OpenModel, openStoredModel } from '../import/open-model';
import { slotBytes } from '../pack/footprint';
import { layoutOf, type PackLayout, packLayout } from '../pack/layout';
import type { ReadSpeed } from './read-speed';

/** What a worker that reads in a loop exposes. */
export interface ReadLoopApi {
  open(id: string, inFlight: number): Promise<void>;
  /** Reads records one after the other, as many at once as were said, into GPU memory. */
  read(records: string[]): Promise<ReadSpeed>;
  close(): void;
}

/** The pager's way of a record, from the store to a buffer of the GPU, and nothing else beside it. A record's first read is hashed, as there. */
export class ReadLoop implements ReadLoopApi {
  #model: OpenModel | null = null;
  #pack: PackLayout | null = null;
  #gpu: Gpu | null = null;
  #slots: GPUBuffer[] = [];

  async open(id: string, inFlight: number): Promise<void> {
    this.#model = await openStoredModel(id);
    const { config, formats } = this.#model.manifest;
    this.#pack = packLayout(config, formats);
    this.#gpu = await openGpu();
    const bytes = slotBytes(this.#pack);
    this.#slots = await this.#gpu.memory.create(
      Array.from({ length: inFlight }, () => ({ label: 'read', bytes, usage: USAGE.storage | USAGE.copyTarget })),
    );
  }

  async read(records: string[]): Promise<ReadSpeed> {
    const [model, gpu, pack] = [this.#model, this.#gpu, this.#pack];
    if (model === null || gpu === null || pack === null) throw new Error('a record was read before the loop was open');
    const waiting = [...records];
    const startedAt = performance.now();
    await Promise.all(
      this.#slots.map(async (slot) => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          await model.reader.read(name, (piece, offset) => gpu.device.queue.writeBuffer(slot, offset, piece));
        }
      }),
    );
    await gpu.device.queue.onSubmittedWorkDone();
    const bytes = records.reduce((sum, name) => sum + layoutOf(pack, name).bytes, 0);
    return { bytes, ms: performance.now() - startedAt };
  }

  close(): void {
    this.#gpu?.memory.destroyAll();
    this.#gpu?.device.destroy();
    this.#model?.close();
  }
}
