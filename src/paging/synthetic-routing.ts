import { mulberry32 } from '../lib/random';
import { parseHfConfig } from '../model/config';
import { bytesPerToken, slotBytes } from '../pack/footprint';
import { uniformFormats } from '../pack/formats';
import { type PackLayout, packLayout } from '../pack/layout';
import type { Trace, TraceToken } from '../protocol/trace';

/** Mixtral 8x7B at q4. */
export function mixtralLayout(): PackLayout {
  const config = parseHfConfig({
    hidden_size: 4096,
    intermediate_size: 14336,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    num_hidden_layers: 32,
    num_local_experts: 8,
    vocab_size: 32000,
  });
  return packLayout(config, uniformFormats(config, 'q4'));
}

/**
 * How often consecutive tokens repeat a choice in layers 0, 15 and 31 of Mixtral 8x7B: Table 5 of arXiv 2401.04088, the mean of its eight
 * kinds of text. `first`: the same first choice (chance: 0.125); `any`: the first or second choice in common (chance: 0.46).
 */
export const PUBLISHED_REPETITION = [
  { layer: 0, first: 0.141, any: 0.48 },
  { layer: 15, first: 0.264, any: 0.637 },
  { layer: 31, first: 0.227, any: 0.509 },
] as const;

/**
 * What gives those rates, found by search. Router logits of an expert follow an AR(1) process of unit variance: `memory` is what a token's keep of
 * the one before. The first choice of the token before gets `bonus` on top: in the paper it repeats more than such a process alone would have it.
 */
const FITTED = [
  { layer: 0, memory: -0.02, bonus: 0.11 },
  { layer: 15, memory: 0.162, bonus: 0.333 },
  { layer: 31, memory: -0.296, bonus: 0.92 },
] as const;

/** A trace of Mixtral's shape with the published repetition, decode alone: the prompt is one token. The same seed gives the same trace. */
export function syntheticMixtral(tokens: number, seed = 1): Trace {
  const pack = mixtralLayout();
  const { nLayers, nExperts, topK } = pack.config;
  const normal = normals(seed);
  const layers = Array.from({ length: nLayers }, (_, layer) => {
    const state = Array.from({ length: nExperts }, normal);
    return { ...fittedAt(layer), state, first: -1 };
  });
  const token = (): TraceToken => {
    const routes = layers.map((of) => {
      of.state = of.state.map((z) => of.memory * z + Math.sqrt(1 - of.memory ** 2) * normal());
      const logits = of.state.map((z, expert) => z + (expert === of.first ? of.bonus : 0));
      const picks = ranked(logits).slice(0, topK);
      of.first = picks[0] ?? -1;
      return { picks, scores: softmax(logits) };
    });
    return { picks: routes.map(({ picks }) => picks), scores: routes.map(({ scores }) => scores) };
  };
  return {
    model: {
      name: 'Mixtral 8x7B (synthetic)',
      ...{ nLayers, nExperts, topK },
      ...{ expertBytes: slotBytes(pack), tokenBytes: bytesPerToken(pack, 0) },
    },
    steps: Array.from({ length: tokens }, (_, t) => ({
      phase: t === 0 ? 'prefill' : 'decode',
      last: true,
      tokens: [token()],
    })),
  };
}

/** Between the layers that the paper measured, straight lines. */
function fittedAt(layer: number): { memory: number; bonus: number } {
  const next = FITTED.findIndex((point) => point.layer >= layer);
  const [a, b] = [FITTED[Math.max(0, next - 1)] ?? FITTED[0], FITTED[next] ?? FITTED[0]];
  const share = a.layer === b.layer ? 0 : (layer - a.layer) / (b.layer - a.layer);
  return { memory: a.memory + share * (b.memory - a.memory), bonus: a.bonus + share * (b.bonus - a.bonus) };
}

const ranked = (logits: readonly number[]): number[] =>
  [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));

function softmax(logits: readonly number[]): number[] {
  const exps = logits.map(Math.exp);
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / total);
}

/** Normal deviates (Box-Muller). */
function normals(seed: number): () => number {
  const uniform = mulberry32(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
