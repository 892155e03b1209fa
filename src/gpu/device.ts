import { MixtabError } from '../protocol/errors';
import { GpuMemory } from './memory';

/** Running totals; a request's share is the difference of two readings. */
export interface GpuCounters {
  submits: number;
  readbacks: number;
  dispatches: number;
}

/** A device with what the engine needs to know of it. Made anew after a device loss. */
export interface Gpu {
  device: GPUDevice;
  memory: GpuMemory;
  counters: GpuCounters;
  /** Vendor, architecture and description, for people and as a cache key. */
  adapterName: string;
  /** The adapter is a program on the CPU. */
  softwareAdapter: boolean;
  limits: GpuLimits;
  hasSubgroups: boolean;
  /** Exact subgroup size where the adapter has just one, else 0. */
  subgroupSize: number;
  /** The first fault that no scope caught, or the loss of the device. Checked after every readback. */
  failure: () => MixtabError | null;
  /** Settles when the device is gone for good; never rejects. */
  lost: Promise<MixtabError>;
}

/** Of a graphics adapter: the largest buffer, and the largest piece of one that a kernel can see. */
export interface GpuLimits {
  maxBufferBytes: number;
  maxBindingBytes: number;
}

/** Storage buffers that the kernel with the most of them binds. WebGPU grants every device 8. */
const STORAGE_BUFFERS = 8;

/** Asks for an adapter and its own limits (without asking, a device gets 256 MB buffers). Throws `webgpu-unavailable`. */
export async function openGpu(): Promise<Gpu> {
  if (!('gpu' in navigator) || !navigator.gpu) {
    throw unavailable('this browser has no WebGPU');
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw unavailable('WebGPU is there, but no graphics adapter was offered');
  if (adapter.limits.maxStorageBuffersPerShaderStage < STORAGE_BUFFERS) {
    throw new MixtabError(
      'adapter-unsupported',
      `graphics adapter: expected ${STORAGE_BUFFERS} storage buffers a shader stage, got ${adapter.limits.maxStorageBuffersPerShaderStage}`,
      'Update the graphics driver or use another machine.',
    );
  }
  const hasSubgroups = adapter.features.has('subgroups');
  const request = adapter.requestDevice({
    requiredFeatures: hasSubgroups ? ['subgroups'] : [],
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    },
  });
  const device = await request.catch((error: unknown) => {
    throw unavailable(
      `the graphics adapter gave no device (${error instanceof Error ? error.message : String(error)})`,
    );
  });
  let failure: MixtabError | null = null;
  device.addEventListener('uncapturederror', (event) => {
    failure ??= new MixtabError(
      'internal',
      `WebGPU: ${event.error.message.split('\n')[0]}`,
      'Reload the page; if it happens again, report it.',
    );
  });
  const lost = device.lost.then((info) => {
    failure = new MixtabError(
      'device-lost',
      `the graphics device was lost (${info.reason}${info.message ? `: ${info.message.split('\n')[0]}` : ''})`,
      'Mixtab tries to rebuild it; if that fails, reload the page.',
    );
    return failure;
  });
  const { info, limits } = adapter;
  const { isFallbackAdapter = false }: { isFallbackAdapter?: boolean } = info;
  return {
    device,
    memory: new GpuMemory(device),
    counters: { submits: 0, readbacks: 0, dispatches: 0 },
    adapterName:
      [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ') || 'unknown adapter',
    softwareAdapter: isFallbackAdapter,
    limits: { maxBufferBytes: limits.maxBufferSize, maxBindingBytes: limits.maxStorageBufferBindingSize },
    hasSubgroups,
    subgroupSize: info.subgroupMinSize === info.subgroupMaxSize ? info.subgroupMinSize : 0,
    failure: () => failure,
    lost,
  };
}

function unavailable(what: string): MixtabError {
  return new MixtabError(
    'webgpu-unavailable',
    what,
    'Use a current Chrome or Edge; on Linux start it with --enable-unsafe-webgpu, in a virtual machine also with --use-webgpu-adapter=swiftshader.',
  );
}
