/** A domain of The Pile, as Table 5 of the Mixtral paper has it: percent, by the layers of {@link PAPER_LAYERS}. */
export interface PaperRow {
  domain: string;
  first: readonly [number, number, number];
  any: readonly [number, number, number];
}

/** The layers of Mixtral 8x7B that the paper tells of: the first, one in the middle, the last of 32. */
export const PAPER_LAYERS = [0, 15, 31] as const;

/** Table 5 of "Mixtral of Experts" (arXiv 2401.04088): how often a token gets an expert of the token before it. */
export const PAPER_REPETITION: readonly PaperRow[] = [
  { domain: 'ArXiv', first: [14.0, 27.9, 22.7], any: [46.5, 62.3, 52.9] },
  { domain: 'DM Mathematics', first: [14.1, 28.4, 19.7], any: [44.9, 67.0, 44.5] },
  { domain: 'Github', first: [14.9, 28.1, 19.7], any: [49.9, 66.9, 49.2] },
  { domain: 'Gutenberg', first: [13.9, 26.1, 26.3], any: [49.5, 63.1, 52.2] },
  { domain: 'PhilPapers', first: [13.6, 25.3, 22.1], any: [46.9, 61.9, 51.3] },
  { domain: 'PubMed Abstracts', first: [14.2, 24.6, 22.0], any: [48.6, 61.6, 51.8] },
  { domain: 'StackExchange', first: [13.6, 27.2, 23.6], any: [48.2, 64.6, 53.6] },
  { domain: 'Wikipedia (en)', first: [14.4, 23.6, 25.3], any: [49.8, 62.1, 51.8] },
];

/** The layers of another model that stand where the paper's do: first, middle, last. */
export function paperLayersOf(layers: number): number[] {
  return [...new Set([0, Math.floor((layers - 1) / 2), layers - 1])];
}
