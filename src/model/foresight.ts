import { Commands } from '../gpu/commands';
import type { Gpu } from '../gpu/device';
import type { ModelConfig } from './config';
import type { DenseWeights } from './weights';

/** Layers whose picks are foreseen at a fault: those behind the fault's, of which the first is foreseen best. */
const DEPTH = 2;

/** Layers that are foreseen at most; 0 where a model has but one. */
export const foresightDepth = (c: ModelConfig): number => Math.min(DEPTH, c.nLayers - 1);

/** Elements of a layer's part of the foresight's gates: its ffn_norm, then its gate. */
const gateElements = (c: ModelConfig): number => (1 + c.nExperts) * c.dim;

/** Elements of the gates of all layers in one buffer, f32 `[n_layers, 1 + n_experts, dim]`; none where nothing is foreseen. */
export const gatesElements = (c: ModelConfig): number => (foresightDepth(c) > 0 ? c.nLayers * gateElements(c) : 0);

/** Copies every layer's ffn_norm and gate out of the dense records: which of them a fault needs is known on the GPU alone. */
export function gatherGates(gpu: Gpu, c: ModelConfig, weights: DenseWeights, gates: GPUBuffer | undefined): void {
  if (!gates) return;
  const commands = new Commands(gpu, 'gates');
  for (let l = 0; l < c.nLayers; l++) {
    let at = l * gateElements(c) * 4;
    for (const tensor of ['ffn_norm', 'gate']) {
      const { buffer, offset, size } = weights.layer(l, tensor, 'values');
      commands.copy(buffer, offset, gates, size, at);
      at += size;
    }
  }
  commands.submit();
}
