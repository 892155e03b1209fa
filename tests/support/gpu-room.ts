import { onTestFinished, vi } from 'vitest';

/** All buffers of the page, as the devices were asked for them, whoever counts them elsewhere. */
export interface GpuRoom {
  /** Bytes that the GPU grants in all; buffers beyond it are refused as out of memory. May be changed at any time. */
  room: number;
  readonly bytes: number;
  /** The most bytes at once since it was last set. */
  most: number;
}

/** Stands for a GPU with little memory until the test ends: what it has is real, only its refusal is made up. */
export function gpuRoom(room = Number.POSITIVE_INFINITY): GpuRoom {
  const gpu = { room, bytes: 0, most: 0 };
  const scopes = new WeakMap<GPUDevice, { filter: GPUErrorFilter; refused: boolean }[]>();
  const scopesOf = (device: GPUDevice) => scopes.get(device) ?? scopes.set(device, []).get(device) ?? [];
  const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;

  const spies = [
    vi.spyOn(GPUDevice.prototype, 'createBuffer').mockImplementation(function (this: GPUDevice, descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      if (gpu.bytes + descriptor.size > gpu.room) {
        const scope = scopesOf(this).findLast(({ filter }) => filter === 'out-of-memory');
        if (!scope) throw new Error(`a buffer of ${descriptor.size} bytes without an out-of-memory scope`);
        scope.refused = true;
        return buffer;
      }
      gpu.bytes += descriptor.size;
      gpu.most = Math.max(gpu.most, gpu.bytes);
      const { destroy } = buffer;
      buffer.destroy = () => {
        gpu.bytes -= descriptor.size;
        buffer.destroy = destroy;
        destroy.call(buffer);
      };
      return buffer;
    }),
    vi.spyOn(GPUDevice.prototype, 'pushErrorScope').mockImplementation(function (this: GPUDevice, filter) {
      scopesOf(this).push({ filter, refused: false });
      pushErrorScope.call(this, filter);
    }),
    vi.spyOn(GPUDevice.prototype, 'popErrorScope').mockImplementation(async function (this: GPUDevice) {
      const scope = scopesOf(this).pop();
      const error = await popErrorScope.call(this);
      return scope?.refused ? new GPUOutOfMemoryError('refused') : error;
    }),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return gpu;
}
