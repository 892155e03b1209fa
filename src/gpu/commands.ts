import type { Gpu } from './device';
import type { Dispatch } from './kernel';
import { MAP_READ } from './usage';

/** How long a failed map waits for the device loss that explains it. */
const LOSS_GRACE_MS = 1000;

/** One command buffer: a single compute pass, then copies for reading back. Counts what it does. */
export class Commands {
  readonly #gpu: Gpu;
  readonly #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | null = null;
  #pipeline: GPUComputePipeline | null = null;

  constructor(gpu: Gpu, label: string) {
    this.#gpu = gpu;
    this.#encoder = gpu.device.createCommandEncoder({ label });
  }

  run(dispatch: Dispatch): void {
    this.#pass ??= this.#encoder.beginComputePass();
    if (this.#pipeline !== dispatch.kernel.pipeline) {
      this.#pipeline = dispatch.kernel.pipeline;
      this.#pass.setPipeline(this.#pipeline);
    }
    dispatch.groups.forEach((group, i) => {
      this.#pass?.setBindGroup(i, group);
    });
    this.#pass.dispatchWorkgroups(...dispatch.grid);
    this.#gpu.counters.dispatches++;
  }

  copy(from: GPUBuffer, offset: number, to: GPUBuffer, bytes: number, toOffset = 0): void {
    this.#endPass();
    this.#encoder.copyBufferToBuffer(from, offset, to, toOffset, bytes);
  }

  submit(): void {
    this.#endPass();
    this.#gpu.device.queue.submit([this.#encoder.finish()]);
    this.#gpu.counters.submits++;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
    this.#pipeline = null;
  }
}

/** Maps a staging buffer that the last submit filled and hands its bytes to `read`; the view is valid only during the call. */
export async function readStaging<T>(
  gpu: Gpu,
  staging: GPUBuffer,
  bytes: number,
  read: (data: ArrayBuffer) => T,
): Promise<T> {
  gpu.counters.readbacks++;
  try {
    await staging.mapAsync(MAP_READ, 0, bytes);
  } catch (error) {
    // A lost device rejects the map first and reports its loss a moment later.
    await Promise.race([gpu.lost, new Promise((resolve) => setTimeout(resolve, LOSS_GRACE_MS))]);
    throw gpu.failure() ?? error;
  }
  try {
    const failure = gpu.failure();
    if (failure) throw failure;
    return read(staging.getMappedRange(0, bytes));
  } finally {
    staging.unmap();
  }
}
