import { MixtabError } from '../protocol/errors';
import type { Gpu } from './device';

export interface KernelSource {
  /** File, pipeline and profiler label. */
  name: string;
  /** Prelude files joined in front of the kernel's own, in order. */
  code: string[];
  /** Values of the kernel's `override`s: fixed per model or device. */
  constants: Record<string, number | boolean>;
}

/** Bytes `offset`..`offset + size` of a buffer. */
export interface BufferPart {
  buffer: GPUBuffer;
  offset: number;
  size: number;
}

/** What a bind group entry may be: a whole buffer or a range of one. */
export type BufferRange = GPUBuffer | BufferPart;

/** A kernel ready to be dispatched on given buffers. The grid may change from step to step, the bindings do not. */
export interface Dispatch {
  kernel: Kernel;
  groups: GPUBindGroup[];
  grid: [x: number, y?: number, z?: number];
}

/** One compiled compute pipeline. Group 0 holds what is read, then what is written; group 1, if any, one uniform. */
export class Kernel {
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly #device: GPUDevice;

  private constructor(name: string, pipeline: GPUComputePipeline, device: GPUDevice) {
    this.name = name;
    this.pipeline = pipeline;
    this.#device = device;
  }

  /** Compiles without blocking. Throws `shader-failed` with line, column and the source line. */
  static async compile(gpu: Gpu, source: KernelSource): Promise<Kernel> {
    const code = source.code.join('\n');
    const constants: Record<string, number> = {};
    for (const [name, value] of Object.entries(source.constants)) constants[name] = Number(value);
    gpu.device.pushErrorScope('validation');
    const module = gpu.device.createShaderModule({ label: source.name, code });
    const scope = gpu.device.popErrorScope();
    try {
      const pipeline = await gpu.device.createComputePipelineAsync({
        label: source.name,
        layout: 'auto',
        compute: { module, entryPoint: 'main', constants },
      });
      return new Kernel(source.name, pipeline, gpu.device);
    } catch (cause) {
      await scope.catch(() => null); // The module's own error; the messages below say more.
      const { messages } = await module.getCompilationInfo();
      const first = messages.find((m) => m.type === 'error');
      const where = first
        ? `${first.message} at ${first.lineNum}:${first.linePos}: ${code.split('\n')[first.lineNum - 1]?.trim()}`
        : String(cause);
      throw (
        gpu.failure() ??
        new MixtabError(
          'shader-failed',
          `kernel ${source.name}: ${where}`,
          'Update the graphics driver or the browser; if it stays, report it.',
          {},
          cause,
        )
      );
    }
  }

  bind(buffers: BufferRange[], uniform?: BufferRange): GPUBindGroup[] {
    const groups = [this.#group(0, buffers)];
    if (uniform) groups.push(this.#group(1, [uniform]));
    return groups;
  }

  #group(index: number, buffers: BufferRange[]): GPUBindGroup {
    return this.#device.createBindGroup({
      label: this.name,
      layout: this.pipeline.getBindGroupLayout(index),
      entries: buffers.map((range, binding) => ({
        binding,
        resource: 'size' in range && 'buffer' in range ? range : { buffer: range },
      })),
    });
  }
}
