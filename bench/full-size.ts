import type { Session } from '../bin/cli/session';
import type { Generated } from '../bin/headless/api';
import { expertName, type PackLayout } from '../src/pack/layout';
import type { ModelInfo } from '../src/protocol/engine';
import { Random } from '../src/synthetic/random';
import { type Repetition, repetition } from '../src/synthetic/repetition';
import { type SyntheticModel, syntheticId, syntheticLayout } from '../src/synthetic/shape';
import { type FullSizeFigures, figuresOf } from './full-size-figures';
import type { PeakMemory } from './peak-memory';

export interface FullSizeOptions {
  model: SyntheticModel;
  /** Of GPU memory, one run each. */
  budgets: number[];
  /** Of system memory for experts. */
  ramBytes: number;
  prefetch: boolean;
  /** In place of the tuner's pick. */
  kernelVariant: string | undefined;
  /** Decoded in each run. */
  tokens: number;
}

export interface FullSizeReport {
  adapter: string;
  layers: number;
  packBytes: number;
  /** Null where the model was there. */
  made: { bytes: number; seconds: number; peakMemory: number | null } | null;
  runs: (FullSizeFigures & FullSizeMemory)[];
  /** By layer, over all runs. */
  repetition: Repetition[];
}

/** Bytes that all processes of the browser hold together; null where the system does not tell. */
export interface FullSizeMemory {
  memory: { before: number | null; peak: number | null; after: number | null };
  /** What the engine still held on the GPU when it was unloaded. */
  gpuBytesAfter: number;
}

/** Little goes to the KV cache. */
const CONTEXT = 512;
/** Any: the model knows no language. */
const PROMPT = [1];
/** Experts that a token needs are read together. */
const IN_FLIGHT = 2;
/** Of records that have been read before, as many as a token of 32 layers picks. */
const AGAIN = 64;

/** Makes the model where it is not there, and decodes with it under each budget, one after the other in the same browser. */
export async function benchFullSize(
  session: Session,
  options: FullSizeOptions,
  memory: PeakMemory,
  log: (line: string) => void,
): Promise<FullSizeReport> {
  const { model } = options;
  const layout = syntheticLayout(model);
  const { storedBytes, totalBytes } = await session.syntheticState(model);
  const startedAt = performance.now();
  memory.begin();
  await session.makeSynthetic(model);
  const seconds = (performance.now() - startedAt) / 1000;
  const made = { bytes: totalBytes - storedBytes, seconds, peakMemory: memory.peak() };
  const runs: FullSizeReport['runs'] = [];
  const routings: number[][][][] = [];
  let adapter = '';
  for (const budgetBytes of options.budgets) {
    log(`loading with ${(budgetBytes / 1e6).toFixed(0)} MB of GPU memory ...`);
    const { info, generated, figures, ...held } = await runOnce(session, options, budgetBytes, layout, memory, log);
    adapter = info.adapter;
    routings.push(generated.result.routing);
    runs.push({ ...figures, ...held });
  }
  return {
    adapter,
    layers: model.layers,
    packBytes: totalBytes,
    made: storedBytes < totalBytes ? made : null,
    runs,
    repetition: Array.from({ length: model.layers }, (_, l) => repetition(routings.map((layers) => layers[l] ?? []))),
  };
}

async function runOnce(
  session: Session,
  { model, tokens, ramBytes, prefetch, kernelVariant }: FullSizeOptions,
  budgetBytes: number,
  layout: PackLayout,
  memory: PeakMemory,
  log: (line: string) => void,
): Promise<{ info: ModelInfo; generated: Generated; figures: FullSizeFigures } & FullSizeMemory> {
  const id = syntheticId(model);
  const before = memory.now();
  memory.begin();
  // Every run begins with empty slots, whatever the one before left.
  const paging = { ramBytes, prefetch, warmStart: false };
  const info = await session.load({ id, stored: true }, { budgetBytes, contextLength: CONTEXT, kernelVariant, paging });
  log(`decoding ${tokens} tokens with ${info.budget.slots} slots ...`);
  const sampling = { seed: 1, temperature: 1 };
  // The last token needs no pass through the layers, the first comes out of the prompt's.
  const generated = await session.generate({ input: { ids: PROMPT }, sampling, maxTokens: tokens + 1, stream: false });
  const peak = memory.peak();
  log('reading in a loop, the engine being idle ...');
  const [first, again] = await session.readLoop(id, readLists(layout), IN_FLIGHT);
  const { gpuBytes: gpuBytesAfter } = await session.unload();
  if (!first || !again) throw new Error('two lists were read, but not two times are told');
  const figures = figuresOf(generated, info, { first, again });
  return { info, generated, figures, memory: { before, peak, after: await memory.settled() }, gpuBytesAfter };
}

/** Every expert once, in random order; then some of them again. */
function readLists({ config: c }: PackLayout): [first: string[], again: string[]] {
  const words = new Uint32Array(c.nLayers * c.nExperts);
  new Random('read loop').fill(words);
  const names = Array.from(words, (_, i) => expertName(Math.floor(i / c.nExperts), i % c.nExperts));
  const shuffled = (seed: number) => names.toSorted((a, b) => order(a, seed) - order(b, seed));
  const order = (name: string, seed: number) => Math.imul(words[names.indexOf(name)] as number, seed) >>> 0;
  return [shuffled(1), shuffled(0x9e3779b1).slice(0, AGAIN)];
}
