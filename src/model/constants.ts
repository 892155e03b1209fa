import type { Gpu } from '../gpu/device';
import { packLayers } from '../gpu/layer';
import { NO_SLOT } from '../paging/slots';
import { bufferOf, type Parts } from './dispatches';

/**
 * Fills what is there before the first request: RoPE's turns (cos, sin of position * theta^(-2i/head_dim), computed in double precision), layer
 * numbers, the page table.
 */
export function writeConstants(gpu: Gpu, parts: Parts): void {
  const { config: c, extent, buffers } = parts;
  const pairs = c.headDim / 2;
  const turns = new Float32Array(extent.contextLength * c.headDim);
  for (let i = 0; i < pairs; i++) {
    const frequency = c.ropeTheta ** (-i / pairs);
    for (let position = 0; position < extent.contextLength; position++) {
      turns[(position * pairs + i) * 2] = Math.cos(position * frequency);
      turns[(position * pairs + i) * 2 + 1] = Math.sin(position * frequency);
    }
  }
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'turns'), 0, turns);
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'layers'), 0, packLayers(c));
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'slotOf'), 0, new Uint32Array(c.nLayers * c.nExperts).fill(NO_SLOT));
}
