const percent = (share: number): string => `${Math.round(share * 100)}%`;

export const router = {
  title: 'Router',
  wide: 'Wide',
  shape: (layers: number, experts: number, topK: number) =>
    `${layers} layers of ${experts} experts; each token goes through ${topK} in every layer.`,

  legend: 'Legend',
  marks: {
    resident: 'in memory',
    picked: 'picked, by weight',
    fault: 'fetched for this pick',
    loading: 'on its way',
    left: 'has just left',
    absent: 'not in memory',
  },
  point: 'Point at an expert to read about it. Rows are layers; a corner beside the number marks a layer with misses.',
  states: ['not in memory', 'on its way', 'in memory'],
  cell: (layer: number, expert: number, state: string, share: number) =>
    `Layer ${layer}, expert ${expert}: ${state}${share > 0 ? `; ${percent(share)} of the last token` : ''}.`,
  inWords: 'Experts by layer',
  layerInWords: (layer: number, resident: number[], picked: [expert: number, share: number][], misses: number) =>
    [
      `Layer ${layer}: in memory ${resident.join(', ') || 'none'}`,
      `last picked ${picked.map(([expert, share]) => `${expert} (${percent(share)})`).join(', ') || 'none'}`,
      ...(misses > 0 ? [`${misses} just missed`] : []),
    ].join('; '),

  timeline: 'Over time',
  timelineEmpty: 'Hits, misses, stalls and speed are drawn here while an answer is written.',
  timelineLabel:
    'Two plots over the seconds of answering: hits and misses per second; tokens per second and time spent waiting for experts',
  plots: {
    seconds: 's',
    hits: 'Hits/s',
    misses: 'Misses/s',
    speed: 'Tokens/s',
    stalled: 'Stalled',
  },
  asTable: 'Answers of this page as a table',
  columns: ['Answer', 'Tokens', 'Tokens/s', 'Hit rate', 'Misses', 'Stalled'],

  colorBy: 'Colour answers by the expert of',
  off: 'Off',
  layer: (layer: number) => `Layer ${layer}`,
  choice: 'Choice',
  choiceN: (choice: number) => ['First', 'Second', 'Third'][choice] ?? `${choice + 1}th`,
  swatches: 'Colours of the experts',
  colorHint: 'Point at a token, or go from one to the next by arrow keys, to see its picks in all layers.',
  tokens: 'Answer by tokens',
  token: (number: number) => `token ${number}`,
  expert: 'expert',
  notTold: 'Where this went is not known.',

  compare: 'Compare two answers',
  compareTitle: 'Two answers compared',
  compareClose: 'comparison',
  compareIntro:
    'Where the tokens of two answers went. Regenerate an answer to compare it with another to the same question.',
  compareNone:
    'This takes two answers of this conversation whose routing is known: ask twice, or regenerate an answer.',
  answerA: 'Answer A',
  answerB: 'Answer B',
  answerName: (question: string, branch: number, branches: number) =>
    branches > 1 ? `${question} (${branch} of ${branches})` : question,
  colorLayer: 'Colours of layer',
  figures: { model: 'Model', tokens: 'Tokens', speed: 'Tokens/s', hits: 'Hit rate' },
  incomparable: 'The two are of models with other numbers of layers or experts: their shares cannot be compared.',
  difference: 'Layer by layer',
  measures:
    'Overlap is 1 minus the total variation distance of the two distributions of picks: 100% where all experts have the same share. JSD is their Jensen-Shannon divergence in bits (Lin 1991): 0 for the same, 1 where they share no expert.',
  comparisonCaption: 'Percent of the picks of A, above, and of B, below, that went to each expert',
  layerColumn: 'Layer',
  overlap: 'Overlap',
  divergence: 'JSD',
  expertN: (expert: number) => `Expert ${expert}`,
};
