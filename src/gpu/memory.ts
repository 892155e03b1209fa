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
   * Throws `gpu-out-of-memory`, with nothing kept.
   */
  async create(requests: { label: string; bytes: number; usage: number }[]): Promise<GPUBuffer[]> {
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const buffers = requests.map(({ label, bytes, usage }) => this.#device.createBuffer({ label, size: bytes, usage }));
    const invalid = await this.#device.popErrorScope();
    const full = await this.#device.popErrorScope();
    if (invalid ?? full) {
      for (const buffer of buffers) buffer.destroy();
      const bytes = requests.reduce((sum, r) => sum + r.bytes, 0);
      throw new MixtabError(
        'gpu-out-of-memory',
        `GPU memory: ${bytes} bytes for ${requests[0]?.label ?? 'buffers'} were refused (${(invalid ?? full)?.message})`,
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
