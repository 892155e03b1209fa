import type { Floor } from '../bin/headless/api';
import type { GenerateStats } from '../src/protocol/engine';
import type { BenchEngine, Figure } from './figures';
import { median } from './figures';

/** As llama-bench has it: prefill of a long prompt alone, decode from a short one. */
const PREFILL_TOKENS = 256;
const DECODE_PROMPT = 8;
const DECODE_TOKENS = 128;
const REPEATS = 3;

/**
 * Speed of the embedded model: cold and warm start, prefill and decode with every expert resident, decode at half of them and at the
 * least budget. `open` starts a new page on the same browser profile, so that only the first one fetches the weights.
 */
export async function benchEmbeddedModel(open: (budgetBytes?: number) => Promise<BenchEngine>): Promise<Figure[]> {
  const cold = await open();
  const fetched = await cold.generate(shortRequest);
  const { leastBytes, mostBytes } = cold.info.budget;
  await cold.close();

  const warm = await open();
  const cached = await warm.generate(shortRequest);
  const figures: Figure[] = [
    { name: 'page open to first token, weights fetched', value: (fetched.firstTextMs ?? Number.NaN) / 1000, unit: 's' },
    { name: 'page open to first token, weights cached', value: (cached.firstTextMs ?? Number.NaN) / 1000, unit: 's' },
  ];
  figures.push(...(await speeds('every expert resident', warm)), ...(await shareOfFloor(warm)));
  await warm.close();
  for (const [name, budgetBytes] of [
    ['half of the experts resident', (leastBytes + mostBytes) / 2],
    ['least budget', leastBytes],
  ] as const) {
    const engine = await open(Math.ceil(budgetBytes));
    figures.push(...(await speeds(name, engine)));
    await engine.close();
  }
  return figures;
}

/**
 * How near decode comes to reading its bytes at the speed of this adapter's best matvec and doing nothing else. The two are measured in turn, and
 * each repeat gives a ratio of its own: the machine's speed drifts more than they differ.
 */
async function shareOfFloor(engine: BenchEngine): Promise<Figure[]> {
  const pairs: { share: number; floor: Floor }[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { decodeTokensPerSecond } = await decode(engine, REPEATS + repeat);
    const floor = await engine.floor(DECODE_PROMPT + DECODE_TOKENS / 2);
    pairs.push({ share: (100 * decodeTokensPerSecond * floor.bytesPerToken) / floor.bandwidth.bytesPerSecond, floor });
  }
  const floors = pairs.map(({ floor }) => floor);
  const by = floors[0]?.bandwidth.by ?? '';
  return [
    {
      name: `best matvec, ${by}`,
      value: median(floors.map(({ bandwidth }) => bandwidth.bytesPerSecond)) / 1e9,
      unit: 'GB/s',
    },
    { name: 'bytes a token reads', value: (floors[0]?.bytesPerToken ?? Number.NaN) / 1e6, unit: 'MB' },
    { name: 'decode, share of the floor', value: median(pairs.map(({ share }) => share)), unit: '%' },
  ];
}

const shortRequest = { input: { prompt: 'Once' }, sampling: { temperature: 0, seed: 0 }, maxTokens: 4, stream: false };

/** Each repeat begins with other ids: the KV cache must not hold the prompt of the one before. */
function idsOf(count: number, repeat: number, engine: BenchEngine): number[] {
  return Array.from({ length: count }, (_, i) => 3 + (((i + 1) * 37 + repeat * 101) % (engine.info.vocabSize - 3)));
}

async function measure(engine: BenchEngine, ids: number[], maxTokens: number): Promise<GenerateStats> {
  const sampling = { temperature: 0, seed: 0 };
  return (await engine.generate({ input: { ids }, sampling, maxTokens, stream: false })).result.stats;
}

const decode = (engine: BenchEngine, repeat: number): Promise<GenerateStats> =>
  measure(engine, idsOf(DECODE_PROMPT, repeat, engine), DECODE_TOKENS);

async function speeds(name: string, engine: BenchEngine): Promise<Figure[]> {
  const prefills: GenerateStats[] = [];
  const decodes: GenerateStats[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    prefills.push(await measure(engine, idsOf(PREFILL_TOKENS, repeat, engine), 1));
    decodes.push(await decode(engine, repeat));
  }
  const of = (stats: GenerateStats[], pick: (one: GenerateStats) => number) => median(stats.map(pick));
  return [
    {
      name: `prefill of ${PREFILL_TOKENS} tokens, ${name}`,
      value: of(prefills, (s) => s.prefillTokensPerSecond),
      unit: 'tok/s',
    },
    {
      name: `decode of ${DECODE_TOKENS} tokens, ${name}`,
      value: of(decodes, (s) => s.decodeTokensPerSecond),
      unit: 'tok/s',
    },
    { name: `hit rate in decode, ${name}`, value: of(decodes, (s) => (100 * s.hits) / (s.hits + s.misses)), unit: '%' },
    { name: `submits a token, ${name}`, value: of(decodes, (s) => s.submits / s.decodeTokens), unit: '' },
    { name: `dispatches a token, ${name}`, value: of(decodes, (s) => s.dispatches / s.decodeTokens), unit: '' },
  ];
}
