import { suggestKept } from '../../src/analysis/expert-choice';
import { addLogprobs, NO_SURPRISE, type Surprise } from '../../src/analysis/perplexity';
import { countRun, type RoutingCounts, sumCounts } from '../../src/analysis/routing-counts';
import { connectEngine, type ModelInfo, type ModelRef } from '../../src/client';
import { MixtabError } from '../../src/protocol/errors';
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
  /** By kind of text. */
  kinds: Record<string, Surprise>;
}

/**
 * Prunes the embedded model as the app does, to so many experts a layer: those that its routers give most weight on these very texts. Each pruned
 * pack is loaded from the store as any other model is, and given the texts. The first run is of the whole model.
 */
export async function pruningTrial(texts: EvalText[], counts: number[]): Promise<PrunedRun[]> {
  const whole = await measure({ id: 'tiny', url: new URL('/models/tiny/', location.href).href }, texts);
  const { counts: routed, info } = whole;
  const runs = [runOf(whole, suggestKept(routed, 'weighted', info.experts))];
  for (const count of counts) {
    const keep = suggestKept(routed, 'weighted', count);
    const id = `tiny-${count}`;
    await importModel({ kind: 'pruned', of: 'tiny', keep, name: id }, { id }, () => {});
    runs.push(runOf(await measure({ id }, texts), keep));
  }
  return runs;
}

interface Measured {
  info: ModelInfo;
  kinds: PrunedRun['kinds'];
  counts: RoutingCounts;
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
  const shape = { nLayers: engine.info.layers, nExperts: engine.info.experts };
  const counts: RoutingCounts[] = [];
  for (const { kind, ids } of texts) {
    const request = { input: { ids }, maxTokens: 1, promptLogprobs: true, trace: true };
    const { promptLogprobs, trace } = await engine.generate(request);
    if (!promptLogprobs || !trace) throw new MixtabError('internal', 'pruning: expected log probabilities and a trace');
    kinds[kind] = addLogprobs(kinds[kind] ?? NO_SURPRISE, promptLogprobs);
    counts.push(countRun(shape, trace.steps));
  }
  await engine.unload();
  return { info: engine.info, kinds, counts: sumCounts(shape, counts) };
}
