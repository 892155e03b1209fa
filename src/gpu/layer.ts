import type { ModelConfig } from '../model/config';
import type { KeptExperts } from '../model/expert-mask';

/** Fields of `struct Layer` in kernels/prelude/common.wgsl, in order; all u32. A test compares the two. */
export const LAYER_FIELDS = ['index', 'excluded_low', 'excluded_high'] as const;

export const LAYER_BYTES = LAYER_FIELDS.length * 4;

/** Bytes from one layer's to the next: WebGPU's alignment of uniforms. */
export const LAYER_STRIDE = 256;

/** The uniforms of all layers. `kept`: experts that may be picked; by default all. */
export function packLayers(c: Pick<ModelConfig, 'nLayers' | 'nExperts'>, kept: KeptExperts = null) {
  const words = new Uint32Array((c.nLayers * LAYER_STRIDE) / 4);
  for (let layer = 0; layer < c.nLayers; layer++) {
    const at = (layer * LAYER_STRIDE) / 4;
    words[at] = layer;
    const own = kept?.[layer];
    if (!own) continue;
    for (let expert = 0; expert < c.nExperts; expert++) {
      if (own.includes(expert)) continue;
      const word = at + 1 + Math.floor(expert / 32);
      words[word] = (words[word] as number) | (1 << (expert % 32));
    }
  }
  return words;
}
