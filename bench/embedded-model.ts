import type { Generated } from '../bin/headless/api';
import type { BenchEngine, Figure } from './figures';
import { median } from './figures';

const IDS_OF_PROMPT = 256;
const TOKENS = 64;
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
  const resident = await speeds('every expert resident', warm);
  figures.push(...resident, ...(await shareOfFloor(warm, resident)));
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

/** How near decode comes to reading its bytes at the speed of this adapter's best matvec and doing nothing else. */
async function shareOfFloor(engine: BenchEngine, resident: Figure[]): Promise<Figure[]> {
  const { bandwidth, bytesPerToken } = await engine.floor(IDS_OF_PROMPT + TOKENS / 2);
  const decode = resident.find(({ name }) => name.startsWith('decode'))?.value ?? Number.NaN;
  return [
    { name: `best matvec on this adapter (${bandwidth.by})`, value: bandwidth.bytesPerSecond / 1e9, unit: 'GB/s' },
    { name: 'bytes a token reads', value: bytesPerToken / 1e6, unit: 'MB' },
    { name: 'decode, share of the floor', value: (100 * decode * bytesPerToken) / bandwidth.bytesPerSecond, unit: '%' },
  ];
}

const shortRequest = { input: { prompt: 'Once' }, sampling: { temperature: 0, seed: 0 }, maxTokens: 4, stream: false };

async function speeds(name: string, engine: BenchEngine): Promise<Figure[]> {
  const runs: Generated['result']['stats'][] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    // Each repeat begins with another id: the KV cache must not hold the prompt of the one before.
    const ids = Array.from({ length: IDS_OF_PROMPT }, (_, i) => 3 + ((i * 37 + repeat) % (engine.info.vocabSize - 3)));
    const sampling = { temperature: 0, seed: repeat };
    runs.push((await engine.generate({ input: { ids }, sampling, maxTokens: TOKENS, stream: false })).result.stats);
  }
  const of = (pick: (stats: (typeof runs)[number]) => number) => median(runs.map(pick));
  return [
    { name: `prefill of ${IDS_OF_PROMPT} tokens, ${name}`, value: of((s) => s.prefillTokensPerSecond), unit: 'tok/s' },
    { name: `decode, ${name}`, value: of((s) => s.decodeTokensPerSecond), unit: 'tok/s' },
    { name: `hit rate, ${name}`, value: of((s) => (100 * s.hits) / (s.hits + s.misses)), unit: '%' },
    { name: `submits a token, ${name}`, value: of((s) => s.submits / s.decodeTokens), unit: '' },
    { name: `dispatches a token, ${name}`, value: of((s) => s.dispatches / s.decodeTokens), unit: '' },
  ];
}
