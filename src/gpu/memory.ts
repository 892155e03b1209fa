import { MixtabError } from '../protocol/errors';

/** The one owner of GPU buffers: every byte the engine takes is counted here, and `destroyAll` brings the count to 0. */
export class GpuMemory {
  readonly #device: GPUDevice;
  readonly #buffers = new Map<GPUBuffer, number>();
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes in live buffers. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Creates buffers together, under one out-of-memory scope, so that a failure is noticed before anything is written to them.
   * Throws `gpu-out-of-memory`, with nothing kept; what a lost device throws is passed on.
   */
  async create(requests: { label: string; bytes: number; usage: number }[]): Promise<GPUBuffer[]> {
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const buffers = requests.map(({ label, bytes, usage }) => this.#device.createBuffer({ label, size: bytes, usage }));
    // Both are popped at once: a scope that another opens in between must not be taken for ours.
    const popped = await Promise.allSettled([this.#device.popErrorScope(), this.#device.popErrorScope()]);
    const failed = popped.flatMap((scope) => (scope.status === 'rejected' ? [scope.reason] : (scope.value ?? [])))[0];
    if (failed !== undefined) {
      for (const buffer of buffers) buffer.destroy();
      if (!(failed instanceof GPUError)) throw failed;
      const bytes = requests.reduce((sum, r) => sum + r.bytes, 0);
      throw new MixtabError(
        'gpu-out-of-memory',
        `GPU memory: ${bytes} bytes for ${requests[0]?.label ?? 'buffers'} were refused (${failed.message})`,
        'Choose a smaller memory budget or close other tabs that use the GPU.',
        { bytes },
      );
    }
    buffers.forEach((buffer, i) => {
      this.#buffers.set(buffer, requests[i]?.bytes ?? 0);
    });
    this.#bytes += requests.reduce((sum, r) => sum + r.bytes, 0);
    return buffers;
  }

  async createOne(label: string, bytes: number, usage: number): Promise<GPUBuffer> {
    const [buffer] = await this.create([{ label, bytes, usage }]);
    return buffer as GPUBuffer;
  }

  free(buffer: GPUBuffer): void {
    const bytes = this.#buffers.get(buffer);
    if (bytes === undefined) return;
    this.#buffers.delete(buffer);
    this.#bytes -= bytes;
    buffer.destroy();
  }

  destroyAll(): void {
    for (const buffer of [...this.#buffers.keys()]) this.free(buffer);
  }
}
