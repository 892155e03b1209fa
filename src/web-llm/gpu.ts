import { WebLLMError } from './errors';

/** The adapter that an engine would get. Throws `WebGPUNotFoundError`. */
export async function findAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new WebLLMError(
    'WebGPUNotFoundError',
    'webgpu-unavailable',
    'WebGPU: expected a graphics adapter, got none',
    'Use a current Chrome or Edge on a machine with a graphics adapter.',
  );
}
