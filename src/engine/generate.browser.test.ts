import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateDelta, GenerateRequest } from '../protocol/engine';
import { type EvalText, textNll } from '../reference/evaluate';
import { Engine } from './engine';
import { EventBatcher } from './event-batcher';
import { generate } from './generate';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';
import { fixture, GREEDY, TINY } from './testing';

/** Room for the longest text of the tests, and no more: one of them fills it. */
const CONTEXT = 320;

let model: LoadedModel;
const events: string[] = [];

beforeAll(async () => {
  const batcher = new EventBatcher();
  batcher.subscribe((event) => events.push(event.type === 'devicelost' ? `${event.type} ${event.state}` : event.type));
  const signal = new AbortController().signal;
  const emit = batcher.emit.bind(batcher);
  model = await LoadedModel.load(
    TINY,
    { kernelVariant: 'row', contextLength: CONTEXT },
    new LoadTracker(() => {}),
    emit,
    signal,
  );
});
afterAll(() => model.unload());

const STORY: GenerateRequest['input'] = { messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] };

interface Asked extends Partial<GenerateRequest> {
  signal?: AbortSignal;
  onDelta?: (delta: GenerateDelta) => void;
}

function ask({ signal, onDelta, ...request }: Asked) {
  const complete = { id: 'r', input: STORY, sampling: GREEDY, maxTokens: 12, stop: [], ...request };
  return generate(model, complete, signal ?? new AbortController().signal, onDelta ?? (() => {}));
}

describe('text', () => {
  test('greedy tokens are the reference twin’s', async () => {
    const goldens = await fixture<{ name: string; ids: number[]; greedy: number[] }[]>('tiny/q4-goldens.json');
    for (const { ids, greedy } of goldens) {
      const result = await ask({ input: { ids }, maxTokens: greedy.length });
      const end = greedy.findIndex((id) => model.pack.manifest.config.eosIds.includes(id));
      expect(result.ids).toEqual(end < 0 ? greedy : greedy.slice(0, end + 1));
      expect(result.promptIds).toEqual(ids);
    }
  });

  test('deltas join to the text, and each token has its picks', async () => {
    const deltas: GenerateDelta[] = [];
    const result = await ask({ onDelta: (delta) => deltas.push(delta) });
    expect(deltas.map(({ text }) => text).join('')).toBe(result.text);
    expect(deltas.flatMap(({ ids }) => ids)).toEqual(result.ids);
    expect(deltas.flatMap(({ pieces }) => pieces).join('')).toBe(result.text);
    expect(deltas.every(({ ids, pieces }) => pieces.length === ids.length)).toBe(true);
    expect(deltas.flatMap(({ picks }) => picks)).toHaveLength(result.ids.length);
    expect(result.routing).toHaveLength(4);
    expect(result.routing[0]).toHaveLength(result.promptIds.length + result.ids.length - 1);
  });

  test('each pick weighs as the softmax over its token’s picked scores', async () => {
    const deltas: GenerateDelta[] = [];
    const { trace } = await ask({ trace: true, maxTokens: 6, onDelta: (delta) => deltas.push(delta) });
    const tokens = trace?.steps.flatMap((step) => (step.last ? step.tokens.slice(-1) : [])) ?? [];
    expect(deltas.flatMap(({ picks }) => picks)).toEqual(tokens.map(({ picks }) => picks));
    for (const [t, layers] of deltas.flatMap(({ weights }) => weights).entries()) {
      for (const [layer, weights] of layers.entries()) {
        const scores = (tokens[t]?.picks[layer] ?? []).map((expert) => tokens[t]?.scores[layer]?.[expert] ?? 0);
        const sum = scores.reduce((a, b) => a + b);
        expect(weights).toHaveLength(2);
        for (const [k, weight] of weights.entries()) expect(weight).toBeCloseTo((scores[k] as number) / sum, 6);
      }
    }
  });

  test('the same seed gives the same text, another seed another', async () => {
    const hot = (seed: number) => ask({ sampling: { ...GREEDY, temperature: 1, seed }, maxTokens: 20 });
    const [first, again, other] = [await hot(7), await hot(7), await hot(8)];
    expect(again.ids).toEqual(first.ids);
    expect(other.ids).not.toEqual(first.ids);
  });

  test('a stop string across token borders ends the answer before it', async () => {
    const whole = await ask({ maxTokens: 20 });
    const stop = whole.text.slice(11, 25);
    const result = await ask({ maxTokens: 20, stop: [stop] });
    expect(result.text).toBe(whole.text.slice(0, 11));
    expect(result.finishReason).toBe('stop');
  });

  test('an end token ends the answer', async () => {
    const result = await ask({ input: { messages: [{ role: 'user', content: 'What is 12 + 7?' }] }, maxTokens: 64 });
    expect(result.finishReason).toBe('stop');
    expect(model.pack.manifest.config.eosIds).toContain(result.ids.at(-1));
  });
});

describe('reuse of the KV cache', () => {
  test('a repeated prompt computes one token again and gives the same text', async () => {
    const first = await ask({});
    const again = await ask({});
    expect(again.stats.cachedTokens).toBe(first.promptIds.length - 1);
    expect(again.stats.prefillTokens).toBe(1);
    expect(again.ids).toEqual(first.ids);
  });

  test('the next turn keeps the conversation so far', async () => {
    const { text, promptIds } = await ask({});
    const next = [
      { role: 'user' as const, content: 'Tell me a story about a cat.' },
      { role: 'assistant' as const, content: text },
      { role: 'user' as const, content: 'And then?' },
    ];
    const second = await ask({ input: { messages: next }, maxTokens: 2 });
    expect(second.stats.cachedTokens).toBeGreaterThanOrEqual(promptIds.length);
    expect(second.stats.cachedTokens + second.stats.prefillTokens).toBe(second.promptIds.length);
  });
});

describe('stopping', () => {
  test('in mid-answer keeps what was written', async () => {
    const abort = new AbortController();
    const result = await ask({ maxTokens: 400, signal: abort.signal, onDelta: () => abort.abort() });
    expect(result.finishReason).toBe('abort');
    expect(result.ids.length).toBeGreaterThan(0);
    expect(result.ids.length).toBeLessThan(10);
  });

  test('in prefill rejects, and the next request is right', async () => {
    const expected = await ask({});
    const abort = new AbortController();
    const ids = Array.from({ length: 300 }, (_, i) => (i % 500) + 3);
    const running = ask({ input: { ids }, signal: abort.signal });
    const before = model.gpuModel.gpu.counters.submits;
    while (model.gpuModel.gpu.counters.submits === before) await new Promise((resolve) => setTimeout(resolve));
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect((await ask({})).ids).toEqual(expected.ids);
  });
});

describe('bad requests', () => {
  test('a prompt longer than the context', async () => {
    const ids = Array.from({ length: CONTEXT + 1 }, () => 5);
    await expect(ask({ input: { ids } })).rejects.toMatchObject({
      code: 'context-overflow',
      data: { promptTokens: CONTEXT + 1, contextLength: CONTEXT },
    });
  });

  test('the answer ends with the context', async () => {
    const ids = Array.from({ length: CONTEXT - 2 }, (_, i) => (i % 500) + 3);
    const result = await ask({ input: { ids }, maxTokens: 50, sampling: { ...GREEDY, temperature: 2, seed: 3 } });
    if (result.finishReason === 'length') expect(result.ids).toHaveLength(3);
    expect(result.ids.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['ids outside the vocabulary', { input: { ids: [1, 2048] } }],
    ['no ids', { input: { ids: [] } }],
    ['a broken temperature', { sampling: { ...GREEDY, temperature: Number.NaN } }],
    ['a broken length', { maxTokens: 0 }],
  ])('%s', async (_, request) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'request-invalid' });
  });
});

test('a change of budget in mid-answer does not change the answer', async () => {
  const expected = await ask({ maxTokens: 30 });
  const { leastBytes, mostBytes } = model.budget;
  const changes = [leastBytes, Math.round((leastBytes + mostBytes) / 2), mostBytes];
  const changed: Promise<unknown>[] = [];
  const onDelta = () => {
    const bytes = changes.shift();
    if (bytes !== undefined) changed.push(model.setBudget(bytes));
  };
  const result = await ask({ maxTokens: 30, onDelta });
  await Promise.all(changed);
  expect(changed).toHaveLength(3);
  expect(result.ids).toEqual(expected.ids);
  expect(result.stats.misses).toBeGreaterThan(0);
  expect(model.budget.slots).toBe(32);
});

test('a device that is lost in mid-answer is built anew and the answer goes on', async () => {
  const expected = await ask({ maxTokens: 30, promptLogits: true });
  let lost = false;
  const onDelta = () => {
    if (!lost) model.gpuModel.gpu.device.destroy();
    lost = true;
  };
  const result = await ask({ maxTokens: 30, onDelta, promptLogits: true });
  expect(events).toContain('devicelost recovering');
  expect(events).toContain('devicelost recovered');
  expect(result.ids).toEqual(expected.ids);
  expect(result.promptLogits).toEqual(expected.promptLogits);
});

test('generations leave nothing in the heap', async () => {
  const { gc } = globalThis as unknown as { gc?: () => void };
  const heapAfter = async (generations: number): Promise<number> => {
    for (let i = 0; i < generations; i++) await ask({ input: { ids: [1, 3 + (i % 20)] }, maxTokens: 2 });
    gc?.();
    // Each object is of the moment at which it was asked for.
    return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
  };
  expect(gc).toBeDefined();
  const heaps: number[] = [];
  for (let block = 0; block < 5; block++) heaps.push(await heapAfter(20));
  // What is kept of each generation grows in every block; code that is compiled meanwhile, or thrown away, in one.
  const growth = heaps.slice(1).map((bytes, block) => bytes - (heaps[block] as number));
  const [, low = Number.NaN, high = Number.NaN] = growth.toSorted((a, b) => a - b);
  expect((low + high) / 2 / 20).toBeLessThan(2000); // bytes a generation
});

test('prompt log probabilities are those of the prompt’s logits, and a trace beside them is of the whole prompt', async () => {
  const [{ ids }] = (await fixture<EvalText[]>('tiny/eval.json')) as [EvalText];
  const request = { input: { ids }, maxTokens: 1, promptLogprobs: true };
  await ask({ input: { ids }, maxTokens: 1 });
  const { promptLogits, promptLogprobs, trace, stats } = await ask({ ...request, promptLogits: true, trace: true });
  expect(promptLogprobs?.length).toBe(ids.length);
  expect(promptLogprobs?.[0]).toBe(0);
  const { vocabSize } = model.pack.manifest.config;
  for (let t = 1; t < ids.length; t++) {
    const row = (promptLogits as Float32Array).subarray((t - 1) * vocabSize, t * vocabSize);
    expect(promptLogprobs?.[t]).toBeCloseTo(-textNll(row, ids.slice(t - 1, t + 1), vocabSize), 5);
  }
  expect([stats.cachedTokens, stats.prefillTokens]).toEqual([0, ids.length]);
  expect(trace?.steps.flatMap(({ tokens }) => tokens)).toHaveLength(ids.length);
  const alone = await ask(request);
  expect(alone.promptLogits).toBeUndefined();
  expect(alone.promptLogprobs).toEqual(promptLogprobs);
});

test('held-out texts are as likely as the twin says, whose mean over all of them is within 0.008 nats of the bf16 model', async () => {
  // All texts take a minute, so only one kind is computed; tiny.test.ts holds the twin's figures against bf16.
  const texts = (await fixture<EvalText[]>('tiny/eval.json')).filter(({ kind }) => kind === 'sum');
  const { q4 } = await fixture<{ q4: { sum: number } }>('tiny/q4-eval.json');
  let [nll, tokens] = [0, 0];
  for (const { ids } of texts) {
    const { promptLogprobs } = await ask({ input: { ids }, maxTokens: 1, promptLogprobs: true });
    nll -= promptLogprobs?.reduce((a, b) => a + b) ?? Number.NaN;
    tokens += ids.length - 1;
  }
  expect(Math.abs(nll / tokens - q4.sum)).toBeLessThan(1e-4);
});

test('after unload no GPU memory is held', async () => {
  const engine = new Engine();
  await engine.load(TINY, { kernelVariant: 'row' }, () => {});
  expect((await engine.stats()).gpuBytes).toBeGreaterThan(0);
  await engine.unload();
  expect((await engine.stats()).gpuBytes).toBe(0);
});
