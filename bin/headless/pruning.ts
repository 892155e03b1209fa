import { connectEngine, type ModelInfo, type ModelRef } from '../../src/client';
import { importanceOf, mostImportant } from '../../src/pack/important-experts';
import { MixtabError } from '../../src/protocol/errors';
import type { Trace } from '../../src/protocol/trace';
import type { EvalText } from '../../src/reference/evaluate';
import { startEngineWorker } from './engine-worker';
import { importModel } from './import-model';

/** What a model, whole or pruned, makes of texts. */
export interface PrunedRun {
  adapter: string;
  /** Experts a layer. */
  experts: number;
  /** By layer, ids of those that are kept. */
  keep: number[][];
  packBytes: number;
  /** GPU memory with every expert resident. */
  mostBytes: number;
  kinds: Record<string, KindSums>;
}

/** Sums over the texts of a kind. */
export interface KindSums {
  /** Negative log likelihood. */
  nats: number;
  tokens: number;
}

/**
 * Prunes the embedded model as the app does, to so many experts a layer: those that its routers give most weight on these very texts. Each pruned
 * pack is loaded from the store as any other model is, and given the texts. The first run is of the whole model.
 */
export async function pruningTrial(texts: EvalText[], counts: number[]): Promise<PrunedRun[]> {
  const whole = await measure({ id: 'tiny', url: new URL('/models/tiny/', location.href).href }, texts);
  const importance = importanceOf(whole.trace);
  const runs = [runOf(whole, mostImportant(importance, whole.info.experts))];
  for (const count of counts) {
    const keep = mostImportant(importance, count);
    const id = `tiny-${count}`;
    await importModel({ kind: 'pruned', of: 'tiny', keep, name: id }, { id }, () => {});
    runs.push(runOf(await measure({ id }, texts), keep));
  }
  return runs;
}

interface Measured {
  info: ModelInfo;
  kinds: PrunedRun['kinds'];
  trace: Trace;
}

const runOf = ({ info, kinds }: Measured, keep: number[][]): PrunedRun => ({
  adapter: info.adapter,
  experts: info.experts,
  keep,
  packBytes: info.packBytes,
  mostBytes: info.budget.mostBytes,
  kinds,
});

/** An engine of its own. */
async function measure(model: ModelRef, texts: EvalText[]): Promise<Measured> {
  const engine = await connectEngine(startEngineWorker(), model, { kernelVariant: 'row' });
  const kinds: PrunedRun['kinds'] = {};
  const traces: Trace[] = [];
  for (const { kind, ids } of texts) {
    const request = { input: { ids }, maxTokens: 1, promptLogprobs: true, trace: true };
    const { promptLogprobs, trace } = await engine.generate(request);
    if (!promptLogprobs || !trace) throw new MixtabError('internal', 'pruning: expected log probabilities and a trace');
    const sums = kinds[kind] ?? { nats: 0, tokens: 0 };
    kinds[kind] = sums;
    // Of the first token, which nothing stands before, it is 0.
    for (const logprob of promptLogprobs) sums.nats -= logprob;
    sums.tokens += ids.length - 1;
    traces.push(trace);
  }
  await engine.unload();
  const [first] = traces;
  if (!first) throw new MixtabError('internal', 'pruning: expected texts, got none');
  return { info: engine.info, kinds, trace: { model: first.model, steps: traces.flatMap(({ steps }) => steps) } };
}
