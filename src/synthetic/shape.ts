import type { CheckpointTexts } from '../checkpoint/checkpoint';
import { CONTROL, NORMAL, sentencePieceJson, UNKNOWN } from '../checkpoint/sentencepiece-tokenizer';
import type { ModelConfig } from '../model/config';
import { uniformFormats } from '../pack/formats';
import { type PackLayout, packLayout } from '../pack/layout';

/**
 * A synthetic Mixtral: random weights in the shapes of Mixtral 8x7B (arXiv 2401.04088, Table 1), or in narrow ones for tests. Its layers are the
 * first of a model of 32, each the same whatever their number.
 */
export interface SyntheticModel {
  layers: number;
  /** A quarter as wide, with a small vocabulary: every part is there, in 3.5 MB an expert. */
  narrow: boolean;
}

export const MOST_LAYERS = 32;

/** A change of what records hold is another model: what is stored of the former is not taken for it. */
const RECIPE = 1;

export const syntheticId = ({ layers, narrow }: SyntheticModel): string =>
  `synthetic-${narrow ? 'narrow' : '8x7b'}-r${RECIPE}-l${layers}`;

export function syntheticConfig({ layers, narrow }: SyntheticModel): ModelConfig {
  const wide = { dim: 4096, hiddenDim: 14336, nHeads: 32, nKvHeads: 8, vocabSize: 32000 };
  return {
    ...(narrow ? { dim: 1024, hiddenDim: 2048, nHeads: 8, nKvHeads: 2, vocabSize: 1024 } : wide),
    nLayers: layers,
    headDim: 128,
    nExperts: 8,
    topK: 2,
    ropeTheta: 1e6,
    normEps: 1e-5,
    maxContext: 32768,
    tieEmbeddings: false,
    bosId: 1,
    // An answer ends by its length alone.
    eosIds: [],
  };
}

export function syntheticLayout(model: SyntheticModel): PackLayout {
  const config = syntheticConfig(model);
  return packLayout(config, uniformFormats(config, 'q4'));
}

/** Sampling as it is, so that the answer is a stream of random tokens; a tokenizer that names each by its number. */
export function syntheticTexts(model: SyntheticModel): CheckpointTexts & { config: ModelConfig } {
  const config = syntheticConfig(model);
  const specials = [
    { text: '<unk>', score: 0, kind: UNKNOWN },
    { text: '<s>', score: 0, kind: CONTROL },
    { text: '</s>', score: 0, kind: CONTROL },
  ];
  const numbers = Array.from({ length: config.vocabSize }, (_, id) => ({
    text: `\u2581${id}`,
    score: 0,
    kind: NORMAL,
  }));
  const json = sentencePieceJson({
    pieces: [...specials, ...numbers.slice(specials.length)],
    unknownToken: '<unk>',
    addSpacePrefix: true,
    byteFallback: false,
  });
  return {
    name: `synthetic Mixtral ${model.narrow ? '(narrow)' : '8x7B'}, layers: ${model.layers}`,
    revision: `${RECIPE}`,
    tokenizer: {
      json,
      chatTemplate: null,
      bosToken: '<s>',
      eosToken: '</s>',
      addBos: true,
    },
    generation: { temperature: 1, topP: 1 },
    config,
  };
}
