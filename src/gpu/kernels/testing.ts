import type { MatrixFormat } from '../../pack/formats';
import { Commands, readStaging } from '../commands';
import { type Gpu, openGpu } from '../device';
import type { Kernel } from '../kernel';
import {
  type Constants,
  compileKernel,
  dispatchOf,
  type KERNELS,
  type KernelName,
  kernelVariants,
  type Variant,
} from '../kernels';
import { packStep, STEP_BYTES, type StepParams } from '../step';
import { USAGE } from '../usage';

/** Helpers of the kernels' browser tests: one kernel on given buffers. Random weights are testing-data.ts's. */

/** What stands in outputs before a kernel runs. */
export const UNTOUCHED = 777;
export const NO_FAULT = 0xffffffff;
export const state = () => Uint32Array.of(NO_FAULT, 0);

/** Step parameters of kernels that read none of them. */
export const NO_STEP: StepParams = { position: 0, tokens: 1, splitLength: 1, splits: 1 };

export type Words = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
export type BuffersOf<N extends KernelName> = Record<(typeof KERNELS)[N]['bindings'][number], Words>;

interface Run<B> {
  constants: Constants;
  /** What each binding holds; what it holds afterwards is returned in the same form. */
  buffers: B;
  grid: [x: number, y?: number, z?: number];
  step?: StepParams | undefined;
  /** What the kernel's uniform of group 1 holds where it is not the step. */
  uniform?: Words | undefined;
  /** Of the weights, where the kernel reads some. */
  format?: MatrixFormat | undefined;
}

/** A device on which single kernels run. */
export class Bench {
  readonly #gpu: Gpu;
  readonly #compiled = new Map<string, Promise<Kernel>>();

  private constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  static async open(): Promise<Bench> {
    return new Bench(await openGpu());
  }

  close(): void {
    this.#gpu.memory.destroyAll();
    this.#gpu.device.destroy();
  }

  /** The variants that differ in what such a kernel takes of them. */
  variants(part: 'matvec' | 'tile' | 'attention' | 'workgroup'): Variant[] {
    const all = kernelVariants(this.#gpu);
    const same = (a: Variant, b: Variant) => part !== 'matvec' && a[part] === b[part];
    return all.filter((v, i) => !all.slice(0, i).some((earlier) => same(v, earlier)));
  }

  /** Runs one dispatch and reads all its buffers back. */
  async run<N extends KernelName, B extends BuffersOf<N>>(
    name: N,
    variant: Variant,
    { constants, buffers, grid, step, uniform: words, format }: Run<B>,
  ): Promise<B> {
    const gpu = this.#gpu;
    const { memory } = gpu;
    const kernel = await this.#compile(name, constants, variant, format);
    const entries = Object.entries(buffers) as [string, Words][];
    const usage = USAGE.storage | USAGE.uniform | USAGE.copySource | USAGE.copyTarget;
    const bound = await memory.create(entries.map(([label, { byteLength }]) => ({ label, bytes: byteLength, usage })));
    const staging = await memory.create(
      entries.map(([label, { byteLength }]) => ({ label, bytes: byteLength, usage: USAGE.mapRead | USAGE.copyTarget })),
    );
    const params = step ? packStep(step) : words;
    const uniform = await memory.createOne('uniform', params?.byteLength ?? STEP_BYTES, usage);
    for (const [i, [, words]] of entries.entries()) gpu.device.queue.writeBuffer(bound[i] as GPUBuffer, 0, words);
    if (params) gpu.device.queue.writeBuffer(uniform, 0, params);
    const byName = Object.fromEntries(entries.map(([label], i) => [label, bound[i]])) as Record<keyof B, GPUBuffer>;
    const commands = new Commands(gpu, name);
    commands.run(dispatchOf({ [name]: kernel } as Record<N, Kernel>, name, byName, grid, params ? uniform : undefined));
    for (const [i, [, words]] of entries.entries())
      commands.copy(bound[i] as GPUBuffer, 0, staging[i] as GPUBuffer, words.byteLength);
    commands.submit();
    const after = await Promise.all(
      entries.map(async ([label, words], i) => {
        const bytes = await readStaging(gpu, staging[i] as GPUBuffer, words.byteLength, (data) => data.slice(0));
        return [label, words instanceof Float32Array ? new Float32Array(bytes) : new Uint32Array(bytes)];
      }),
    );
    for (const buffer of [...bound, ...staging, uniform]) memory.free(buffer);
    return Object.fromEntries(after) as B;
  }

  #compile(name: KernelName, constants: Constants, variant: Variant, format?: MatrixFormat): Promise<Kernel> {
    const key = JSON.stringify([name, variant.name, constants, format]);
    const kernel = this.#compiled.get(key) ?? compileKernel(this.#gpu, name, constants, variant, format);
    this.#compiled.set(key, kernel);
    return kernel;
  }
}

export const untouched = (length: number): Float32Array<ArrayBuffer> => new Float32Array(length).fill(UNTOUCHED);

/** Largest difference as a share of the expected values' standard deviation; NaN where one is not a number or the lengths differ. */
export function worstError(got: ArrayLike<number>, expected: Float64Array): number {
  if (got.length !== expected.length) return Number.NaN;
  const mean = expected.reduce((a, b) => a + b, 0) / expected.length;
  const deviation = Math.sqrt(expected.reduce((sum, v) => sum + (v - mean) ** 2, 0) / expected.length);
  return expected.reduce((worst, v, i) => Math.max(worst, Math.abs((got[i] as number) - v)), 0) / (deviation || 1);
}
