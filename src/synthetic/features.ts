import type { ModelConfig } from '../model/config';

/**
 * How a random model comes to pick experts as a trained one does. The hidden state has three parts:
 * - **token** `[0, tokenDims)`: random signs of the token's embedding, the same in all layers;
 * - **constant** at `constantDim`: what makes queries and keys of two heads the same everywhere, so that RoPE alone (arXiv 2104.09864) makes their
 *   attention a fixed kernel over distance: one head's is over the last few tokens, the other's is the token itself;
 * - **regions**, one a layer: random features of the token part that the layer's two heads write: first `features` smoothed over the last tokens,
 *   then `features` fresh ones.
 *
 * A layer's gate mixes the token part, and fresh and smoothed features of its own and the three layers before. The smoothed share makes
 * consecutive tokens pick alike, as often as in Table 5 of arXiv 2401.04088; what a gate reads of the last regions is not there yet when the
 * layer before looks ahead, so that foresight is as imperfect as it is known to be (a gate on the former layer's hidden state finds two to
 * three quarters of the picks), and fades with distance.
 */
export interface FeaturePlan {
  tokenDims: number;
  constantDim: number;
  /** In a region: so many smoothed, then as many fresh ones. */
  features: number;
  /** First dimension of a layer's region; a narrow model uses them in turn. */
  region(layer: number): number;
  /** Layers whose regions a gate reads, its own first. */
  sources(layer: number): number[];
  /** Of the embedding's constant, at which the root of the mean square of the hidden state is {@link rms}. */
  constant: number;
  rms: number;
}

/** Features of one kind that each expert's gate reads of a region. */
export const FEATURES_OF_EXPERT = 4;
const GATE_READS = 4;
const CONSTANT = 7;

export function featurePlan(c: ModelConfig): FeaturePlan {
  const half = c.dim / 2;
  const tokenDims = half - 32;
  const features = FEATURES_OF_EXPERT * c.nExperts;
  const regions = Math.floor(half / (2 * features));
  return {
    tokenDims,
    constantDim: tokenDims,
    features,
    region: (layer) => half + (layer % regions) * 2 * features,
    sources: (layer) => Array.from({ length: Math.min(GATE_READS, layer + 1) }, (_, back) => layer - back),
    constant: CONSTANT,
    rms: Math.sqrt((tokenDims + CONSTANT ** 2) / c.dim),
  };
}

/** Sharpness of the heads' kernels: a score's factor on the mean of cos(theta_p * distance) over all RoPE frequencies. */
export const SHARPNESS = { smooth: 20, fresh: 400 } as const;

/** Variance of a smoothed feature of unit variance: the sum of the kernel's squared weights, with all positions of a short context. */
export const SMOOTH_VARIANCE = 0.27;

/** What of a gate's variance is from regions, smoothed and fresh together; the rest is the token part's. */
const REGION_SHARE = 0.6;

/**
 * What of it is smoothed, by layer of 32, and between these in proportion: with it consecutive tokens share a first or second choice in 48, 63
 * and 52% of the cases (measured by routing.test.ts; chance is 46%).
 */
const SMOOTH_SHARES: readonly (readonly [layer: number, share: number])[] = [
  [0, 0.05],
  [15, 0.5],
  [31, 0.15],
];

/** Shares of a gate's variance; together 1. */
export function gateShares(layer: number): { token: number; smooth: number; fresh: number } {
  const after = Math.max(
    1,
    SMOOTH_SHARES.findIndex(([at]) => at >= layer),
  );
  const [[from, first], [to, last]] = [SMOOTH_SHARES[after - 1], SMOOTH_SHARES[after]] as [
    [number, number],
    [number, number],
  ];
  const smooth = first + ((last - first) * (layer - from)) / (to - from);
  return { token: 1 - REGION_SHARE, smooth, fresh: REGION_SHARE - smooth };
}
