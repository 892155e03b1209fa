/**
 * Hit rates of the default policy on Mixtral 8x7B by the share of experts that have slots: simulated on the repetition that arXiv 2401.04088,
 * Table 5, measured. Made by `node scripts/paging-guide.mjs`.
 */
export const HIT_RATES = [
  { share: 0, rate: 0 },
  { share: 0.0390625, rate: 0.049 },
  { share: 0.078125, rate: 0.108 },
  { share: 0.15625, rate: 0.207 },
  { share: 0.25, rate: 0.303 },
  { share: 0.375, rate: 0.423 },
  { share: 0.5, rate: 0.541 },
  { share: 0.625, rate: 0.656 },
  { share: 0.75, rate: 0.772 },
  { share: 0.875, rate: 0.889 },
  { share: 1, rate: 1 },
] as const;
