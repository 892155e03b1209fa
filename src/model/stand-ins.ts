import type { Commands } from '../gpu/commands';
import type { Gpu } from '../gpu/device';
import type { Kernel } from '../gpu/kernel';
import { compileKernel, dispatchOf, kernelVariants, type Variant } from '../gpu/kernels';
import { expertConstants, standInGrid } from '../gpu/shape';
import { USAGE } from '../gpu/usage';
import { slotBytes } from '../pack/footprint';
import type { PackLayout, RecordLayout } from '../pack/layout';
import { MixtabError } from '../protocol/errors';
import type { ModelConfig } from './config';

/** Where an expert is, or will be. */
export interface SlotPlace {
  arena: GPUBuffer;
  slot: number;
}

/** Bytes of one expert's 2-bit copy, 2.5 bits a weight. Throws `request-invalid` where experts are not q4 in all layers: stand-ins are copies of q4. */
export function standInBytes({ config: c, formats }: PackLayout): number {
  const other = formats.layers.flatMap(({ up, down }) => [up, down]).find((format) => format !== 'q4');
  if (other) {
    throw new MixtabError(
      'request-invalid',
      `stand-ins: expected experts in q4, got ${other}`,
      'Leave stand-ins off, or convert the model to q4.',
    );
  }
  return (3 * c.dim * c.hiddenDim * 2.5) / 8;
}

/**
 * 2-bit copies of experts, kept on the GPU in buffers of their own: made from a resident expert, and expanded into a slot as a q4 expert that the
 * kernels run as any other. Lossy: an expanded copy is not the expert. Experts are named by key, `layer * nExperts + expert`.
 */
export class StandIns {
  readonly #gpu: Gpu;
  readonly #config: ModelConfig;
  readonly #bytes: number;
  readonly #slotBytes: number;
  readonly #kernels: Record<'stand-in-make' | 'stand-in-expand', Kernel>;
  readonly #copies = new Map<number, GPUBuffer>();
  #free: GPUBuffer[] = [];

  private constructor(gpu: Gpu, pack: PackLayout, kernels: Record<'stand-in-make' | 'stand-in-expand', Kernel>) {
    this.#gpu = gpu;
    this.#config = pack.config;
    this.#bytes = standInBytes(pack);
    this.#slotBytes = slotBytes(pack);
    this.#kernels = kernels;
  }

  /** Room for `capacity` copies, {@link standInBytes} each. Throws `request-invalid` as that does, `gpu-out-of-memory`. */
  static async open(gpu: Gpu, pack: PackLayout, capacity: number): Promise<StandIns> {
    standInBytes(pack);
    const [variant] = kernelVariants(gpu) as [Variant];
    const { dim: DIM, hiddenDim: HIDDEN_DIM } = pack.config;
    const constants = { DIM, HIDDEN_DIM, ...expertConstants(pack.experts[0] as RecordLayout, slotBytes(pack)) };
    const [make, expand] = await Promise.all([
      compileKernel(gpu, 'stand-in-make', constants, variant),
      compileKernel(gpu, 'stand-in-expand', constants, variant),
    ]);
    const standIns = new StandIns(gpu, pack, { 'stand-in-make': make, 'stand-in-expand': expand });
    await standIns.resize(capacity);
    return standIns;
  }

  /** Copies that there is room for. */
  get capacity(): number {
    return this.#copies.size + this.#free.length;
  }

  /** Bytes of GPU memory, used or not. */
  get bytes(): number {
    return this.capacity * this.#bytes;
  }

  has(key: number): boolean {
    return this.#copies.has(key);
  }

  /** Makes the copy of an expert that is resident, unless there is one or no room: returns whether there is one now. */
  make(commands: Commands, key: number, place: SlotPlace): boolean {
    if (this.#copies.has(key)) return true;
    const copy = this.#free.pop();
    if (!copy) return false;
    this.#copies.set(key, copy);
    const buffers = { expert: this.#slot(place), copy };
    commands.run(dispatchOf(this.#kernels, 'stand-in-make', buffers, standInGrid(this.#config)));
    return true;
  }

  /** Writes an expert's copy into a slot; work submitted from then on reads it there. It must have one. */
  expand(commands: Commands, key: number, place: SlotPlace): void {
    const copy = this.#copies.get(key);
    if (!copy) throw new Error(`stand-in ${key}: not made`);
    const buffers = { copy, expert: this.#slot(place) };
    commands.run(dispatchOf(this.#kernels, 'stand-in-expand', buffers, standInGrid(this.#config)));
  }

  /** Makes room for `capacity` copies; of those there are the first made stay. Throws `gpu-out-of-memory`, with all as it was. */
  async resize(capacity: number): Promise<void> {
    const more = Math.max(0, capacity - this.capacity);
    const request = { label: 'stand-in', bytes: this.#bytes, usage: USAGE.storage };
    if (more > 0) this.#free.push(...(await this.#gpu.memory.create(new Array(more).fill(request))));
    while (this.capacity > capacity) this.#gpu.memory.free(this.#free.pop() ?? this.#dropLast());
  }

  #dropLast(): GPUBuffer {
    const [key, copy] = [...this.#copies].at(-1) as [number, GPUBuffer];
    this.#copies.delete(key);
    return copy;
  }

  #slot({ arena, slot }: SlotPlace) {
    return { buffer: arena, offset: slot * this.#slotBytes, size: this.#slotBytes };
  }
}
