import type { PolicyName } from '../../../protocol/paging';

export const memory = {
  title: 'Memory',
  budget: 'GPU memory',
  held: (slots: number, all: number) => `room for ${slots} of ${all} experts`,
  least: (bytes: string) => `${bytes}, slowest`,
  most: (bytes: string) => `${bytes}, all experts`,
  empty: 'Here you will set how much GPU memory the model may take.',
  onServer: (host: string) => `${host} answers: no model takes memory on this device.`,
  elsewhere: 'Shared with another tab, where the model runs.',

  expectedHits: 'Expected hit rate',
  expectedSpeed: 'Expected speed',
  aboutPerSecond: (tokens: string) => `about ${tokens} tok/s`,
  unknown: 'not known',
  whyExpected: 'How this is known',
  hitsSimulated: "The hit rate is simulated, on Mixtral 8x7B's routing.",
  hitsMeasured: 'The hit rate is simulated and set right by your last answer.',
  speedFrom: {
    measured: (compute: string, miss: string | null) =>
      `The speed follows from what was measured here: ${compute} to compute a token${miss === null ? '' : `, ${miss} for a missing expert`}.`,
    'measured-compute': (compute: string) =>
      `Measured here: ${compute} to compute a token. Nothing has been read from storage yet: 1 GB a second is assumed, as of many machines.`,
    typical:
      'Nothing has been measured here yet: storage of 1 GB a second and GPU memory of 400 GB a second are assumed.',
  },
  unmeasured: 'Nothing has been measured here yet: an answer of 20 words or more will tell.',
  unmeasuredStorage: 'Nothing had to be read from storage yet: an answer with less memory will tell.',
  software: 'This browser computes on the processor, without a GPU: far slower, and nothing is assumed of it.',

  figures: 'Figures',
  figuresOf: { now: 'Of this answer', last: 'Of the last answer', kept: 'Measured on an earlier visit' },
  speed: 'Tokens a second',
  hits: 'Hit rate',
  paged: 'Paged in',
  stalls: 'Stalls',
  perToken: (ms: string) => `${ms} ms a token`,
  fromRam: 'From RAM',
  onGpu: 'On the GPU',
  storageGave: (bytes: string) => `Storage gave ${bytes} a second.`,
  policyNow: (policy: string) => `When a slot is needed, ${policy} leaves.`,
  leaves: {
    reuse: 'the expert least likely to be picked again soon',
    lru: 'the least recently used expert',
    lfu: 'the least often used expert',
    lfru: 'the expert that routers scored lowest lately',
    'least-stale': 'the expert that the token has passed by without using',
  } satisfies Record<PolicyName, string>,

  options: 'RAM, context, eviction',
  ram: 'RAM for experts',
  ramAuto: 'Chosen by the engine',
  ramOff: 'None',
  ramAll: (bytes: string) => `${bytes}, all experts`,
  ramHint:
    'Experts without a slot are kept in system memory, which is faster than storage. Leave other programs their share.',
  context: 'Context',
  contextOption: (tokens: string, bytes: string) => `${tokens} tokens, ${bytes}`,
  contextHint: (bytes: string) => `Its cache of keys and values takes ${bytes} of the GPU memory.`,
  slotsGained: (slots: number) => `That leaves room for about ${slots} more ${slots === 1 ? 'expert' : 'experts'}.`,
  slotsLost: (slots: number) => `That takes the room of about ${slots} ${slots === 1 ? 'expert' : 'experts'}.`,
  policy: 'Who leaves when a slot is needed',
  policyNames: {
    reuse: 'Least likely to be picked soon (default)',
    lru: 'Least recently used',
    lfu: 'Least often used',
    lfru: 'Lowest recent scores',
    'least-stale': 'Passed by without use',
  } satisfies Record<PolicyName, string>,
  policyHint: 'No policy changes an answer. Which one is best depends on what you write.',

  lossy: 'Approximate modes',
  lossyOn: 'on',
  lossyIntro:
    'Each makes answers faster and changes them. The costs were measured on the small model that comes with this page, with room for half of its experts; a large one may bear them better or worse.',
  approximate: 'Approximate answers',
  exactAgain: 'Exact answers again',
  modes: {
    residentMargin: {
      name: 'Take experts that are there',
      what: 'The second choice gives way to an expert in memory that the router likes nearly as much.',
      strength: 'How much less it may be liked',
    },
    skipBelow: {
      name: 'Leave out what counts little',
      what: 'A second choice of little weight is neither computed nor read.',
      strength: 'Left out below a weight of',
    },
    topK: { name: 'One expert a token', what: 'Only the first choice is computed: half as much is read.' },
    standIns: {
      name: 'Coarse copies meanwhile',
      what: 'Half of the memory for experts holds 2-bit copies that stand in while an expert is read. It saves no reads, only the waiting.',
    },
  },
  costs: (saved: string, perplexity: string, changed: string) =>
    `Measured: ${saved}, perplexity ${perplexity}, ${changed} of the picks changed.`,
  fewerMisses: (share: string) => `${share} fewer misses`,
  moreMisses: (share: string) => `${share} more misses`,

  apply: 'Apply: loads the model again',
  applyHint: 'The chat stays.',
  undo: 'Undo',
  loading: 'Loading the model again',
  othersKeep:
    'Another tab shares this model and loaded it otherwise, and what the first tab asked for holds. Close the model there and apply again, or use it as it is.',
  othersRefuse:
    'Another tab runs this model with options that do not fit yours. Close the model there and start again, or load it as it is there.',
  useTheirs: 'Use it as it is there',
};
