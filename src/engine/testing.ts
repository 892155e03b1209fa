import type { GenerateRequest, GenerateResult, LoadOptions, SamplingParams } from '../protocol/engine';
import { Engine } from './engine';

/** Helpers of the browser tests: the engine itself, in the page, on the embedded model. */
export const TINY = { id: 'tiny', url: new URL('/models/tiny/', location.href).href };

export const GREEDY: SamplingParams = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 0,
};

export async function loadTiny(options: LoadOptions = {}): Promise<Engine> {
  const engine = new Engine();
  await engine.load(TINY, { kernelVariant: 'row', ...options }, () => {});
  return engine;
}

let requests = 0;

export function ask(engine: Engine, request: Partial<GenerateRequest>): Promise<GenerateResult> {
  const complete = { id: `t${requests++}`, input: { ids: [1] }, sampling: GREEDY, maxTokens: 16, stop: [], ...request };
  return engine.generate(complete, () => {});
}

export async function fixture<T>(path: string): Promise<T> {
  return (await fetch(`/tests/fixtures/${path}`)).json();
}

export async function floats(path: string): Promise<Float32Array> {
  return new Float32Array(await (await fetch(`/tests/fixtures/${path}`)).arrayBuffer());
}

/** Largest difference of two logit tables, as a share of the second's standard deviation. */
export function worstDifference(got: ArrayLike<number>, expected: ArrayLike<number>, std: number): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++)
    worst = Math.max(worst, Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? Number.NaN)));
  return worst / std;
}
