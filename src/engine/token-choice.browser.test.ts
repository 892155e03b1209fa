import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChosenLogprob, GenerateDelta, GenerateRequest } from '../protocol/engine';
import { generate } from './generate';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';
import { GREEDY, TINY } from './testing';

let model: LoadedModel;
beforeAll(async () => {
  const signal = new AbortController().signal;
  model = await LoadedModel.load(TINY, { kernelVariant: 'row' }, new LoadTracker(() => {}), () => {}, signal);
});
afterAll(() => model.unload());

const STORY: GenerateRequest['input'] = { messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] };
const HOT = { ...GREEDY, temperature: 1 };
const JSON_OBJECT: Partial<GenerateRequest> = {
  sampling: { ...HOT, seed: 3 },
  constraint: {
    type: 'json-schema',
    schema: '{"properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}',
  },
};

function ask(request: Partial<GenerateRequest>, onDelta: (delta: GenerateDelta) => void = () => {}) {
  const complete = { id: 'r', input: STORY, sampling: GREEDY, maxTokens: 16, stop: [], ...request };
  return generate(model, complete, new AbortController().signal, onDelta);
}

describe('the CPU chooses as the GPU does', () => {
  test.each([
    ['at temperature 1', HOT, 3],
    // Whatever the seed is.
    ['greedily', GREEDY, 1],
    ['with penalties', { ...HOT, repetitionPenalty: 1.3, frequencyPenalty: 0.5, presencePenalty: 0.2 }, 3],
    ['with filters', { ...HOT, topK: 40, topP: 0.8, minP: 0.02 }, 3],
  ])('%s', async (_, sampling, seeds) => {
    let differing = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const request = { sampling: { ...sampling, seed } };
      // A bias of nothing takes the choice to the CPU and changes none.
      const [gpu, cpu] = [await ask(request), await ask({ ...request, logitBias: [[5, 0]] })];
      differing += gpu.ids.join() === cpu.ids.join() ? 0 : 1;
    }
    // Where a draw falls on an edge, float32 sums may give it to the neighbour.
    expect(differing).toBeLessThan(seeds > 1 ? 2 : 1);
  });

  test('in one submit and one readback a token', async () => {
    const { stats } = await ask({ logprobs: 5, logitBias: [[5, 1]] });
    expect(stats.decodeTokens).toBe(15);
    expect(stats).toMatchObject({ submits: 15, readbacks: 15 });
  });
});

describe('logprobs', () => {
  test('change no token, and are those of the logits', async () => {
    const request = { sampling: { ...HOT, seed: 4 } };
    const plain = await ask(request);
    const deltas: GenerateDelta[] = [];
    const told = await ask({ ...request, logprobs: 3 }, (delta) => deltas.push(delta));
    expect(told.ids).toEqual(plain.ids);
    expect(plain.logprobs).toBeUndefined();
    const logprobs = told.logprobs as ChosenLogprob[];
    expect(logprobs.map(({ id }) => id)).toEqual(told.ids);
    expect(deltas.flatMap((delta) => delta.logprobs ?? [])).toEqual(logprobs);
    expect(
      logprobs
        .map(({ token }) => token)
        .join('')
        .trimStart(),
    ).toBe(told.text);
    for (const { logprob, top } of logprobs) {
      expect(top).toHaveLength(3);
      expect(top[0]?.logprob).toBeGreaterThanOrEqual(logprob);
      expect(top.map((each) => each.logprob)).toEqual(top.map((each) => each.logprob).sort((a, b) => b - a));
    }
    // The same, out of the logits at the positions of the prompt.
    const ids = [...told.promptIds, ...told.ids];
    const { promptLogits } = await ask({ input: { ids }, maxTokens: 1, promptLogits: true });
    const { vocabSize } = model.pack.manifest.config;
    for (const [i, { id, logprob }] of logprobs.entries()) {
      const at = (told.promptIds.length + i - 1) * vocabSize;
      const row = (promptLogits as Float32Array).subarray(at, at + vocabSize);
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      expect(logprob).toBeCloseTo(Math.log(Math.exp(row[id] as number) / sum), 3);
    }
  });

  test('are those before bias and penalties; an end token has none', async () => {
    const [end = 2] = model.pack.manifest.config.eosIds;
    const result = await ask({ logprobs: 1, logitBias: [[end, 100]] });
    expect(result).toMatchObject({ ids: [end], text: '', finishReason: 'stop', logprobs: [] });
    const plain = await ask({ logprobs: 1, maxTokens: 1 });
    const best = plain.ids[0] as number;
    const biased = await ask({ logprobs: 1, maxTokens: 1, logitBias: [[best, -100]] });
    expect(biased.ids).not.toEqual(plain.ids);
    expect(biased.logprobs?.[0]?.top).toEqual(plain.logprobs?.[0]?.top);
  });
});

test('a bias of -100 keeps a token out, one of 100 keeps it alone', async () => {
  const [word = 0] = model.tokenizer.encode('cat', { addBos: false });
  const sampling = { ...HOT, seed: 1 };
  expect((await ask({ sampling, logitBias: [[word, 100]], maxTokens: 5 })).ids).toEqual(Array(5).fill(word));
  const { ids } = await ask({ sampling });
  const banned = [...new Set(ids)].map((id): [number, number] => [id, -100]);
  const without = await ask({ sampling, logitBias: banned });
  expect(without.ids.filter((id) => ids.includes(id))).toEqual([]);
});

test('typical sampling with a small share passes over the likeliest token where the entropy is high', async () => {
  const greedy = await ask({ maxTokens: 30, logprobs: 0 });
  const typical = await ask({ maxTokens: 30, sampling: { ...HOT, typicalP: 0.01, seed: 1 }, logprobs: 1 });
  expect(typical.ids).not.toEqual(greedy.ids);
  expect(typical.logprobs?.some(({ id, top }) => id !== top[0]?.id)).toBe(true);
});

test('a device that is lost in mid-answer changes nothing of what the CPU chooses', async () => {
  const request = { ...JSON_OBJECT, logprobs: 2, maxTokens: 40 };
  const expected = await ask(request);
  let lost = false;
  const result = await ask(request, () => {
    if (!lost) model.gpuModel.gpu.device.destroy();
    lost = true;
  });
  expect(lost).toBe(true);
  expect(result.ids).toEqual(expected.ids);
  expect(result.text).toBe(expected.text);
  expect(JSON.parse(result.text)).toEqual({ name: expect.any(String), age: expect.any(Number) });
  expect(result.logprobs).toHaveLength(result.ids.length);
});

test('a constrained answer leaves a KV cache that the next turn goes on from', async () => {
  const first = await ask({ ...JSON_OBJECT, maxTokens: 40 });
  const again = await ask({ ...JSON_OBJECT, maxTokens: 40 });
  expect(again.stats.cachedTokens).toBe(first.promptIds.length - 1);
  expect(again.ids).toEqual(first.ids);
});

test.each<[string, Partial<GenerateRequest>, string]>([
  ['a bias outside the vocabulary', { logitBias: [[2048, 1]] }, 'logitBias'],
  ['a bias that is too large', { logitBias: [[1, 101]] }, 'logitBias'],
  ['too many logprobs', { logprobs: 21 }, 'logprobs'],
])('%s is refused', async (_, request, field) => {
  await expect(ask(request)).rejects.toMatchObject({ code: 'request-invalid', data: { field } });
});
