import type { WeightType } from '../src/checkpoint/weight-types';
import { toF16Bits } from '../src/lib/f16';

/** Where a block has its f16 scales; at its start where nothing is said. */
const SCALES: Record<string, number[]> = { Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] };

/** Whole blocks of a type, up to so many bytes: random codes with the scales that weights have, or normally distributed weights. */
export function randomBlocks(type: WeightType, bytes: number): Uint8Array<ArrayBuffer> {
  const blocks = new Uint8Array(bytes - (bytes % type.bytes));
  if (type.name === 'BF16') {
    const words = new Uint16Array(blocks.buffer);
    const f32 = new Float32Array(1);
    const bits = new Uint32Array(f32.buffer);
    for (let i = 0; i < words.length; i++) {
      f32[0] = 0.02 * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
      words[i] = (bits[0] as number) >>> 16;
    }
    return blocks;
  }
  for (let at = 0; at < blocks.length; at += 65536) crypto.getRandomValues(blocks.subarray(at, at + 65536));
  const view = new DataView(blocks.buffer);
  for (let block = 0; block < blocks.length; block += type.bytes) {
    for (const at of SCALES[type.name] ?? [0])
      view.setUint16(block + at, toF16Bits(0.001 + 0.01 * Math.random()), true);
  }
  return blocks;
}
