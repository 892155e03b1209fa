import { expect, it } from 'vitest';
import type { GenerateDelta } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';
import { createEngine } from '../create-engine';
import { completeRequest } from '../request';
import { TabLink } from './tab-link';

/** The real engine with the embedded model; what the words are is left open, the model may be trained anew. */
it('an answer goes on in another tab with the words that the first would have said, and so does the next one', async () => {
  const options = { contextLength: 128, shared: true };
  const request = (prompt: string, seed: number) => ({
    input: { prompt },
    sampling: { seed, temperature: 1 },
    maxTokens: 24,
  });
  const long = request('Once upon a time', 7);
  const queued = request('The cat', 8);

  const alone = await createEngine('tiny', { contextLength: 128 });
  const expected = [await alone.generate(long), await alone.generate(queued)];
  await alone.unload();

  const first = await createEngine('tiny', options);
  const second = await createEngine('tiny', options);
  const residency = new Promise<Uint8Array>((resolve) => second.on('residency', ({ states }) => resolve(states)));
  expect(await second.stats()).toEqual(await first.stats());
  expect((await residency).length).toBe(second.info.layers * second.info.experts);

  const deltas: GenerateDelta[] = [];
  let unloaded: Promise<void> | null = null;
  const onDelta = (delta: GenerateDelta): void => {
    deltas.push(delta);
    unloaded ??= first.unload();
  };
  const answers = await Promise.all([second.generate(long, { onDelta }), second.generate(queued)]);
  expect(answers.map(({ text, ids }) => ({ text, ids }))).toEqual(expected.map(({ text, ids }) => ({ text, ids })));
  expect(deltas.map(({ text }) => text).join('')).toBe(answers[0].text);
  expect(deltas.flatMap(({ ids }) => ids)).toEqual(answers[0].ids);
  expect(answers[0].ids.length).toBeGreaterThan(deltas[0]?.ids.length ?? 0);
  await unloaded;
  await expect(first.stats()).rejects.toMatchObject({ code: 'model-not-loaded' });
  expect((await second.stats()).gpuBytes).toBe(second.info.budget.budgetBytes);
  await second.unload();
});

it('what was begun is kept, also where the engine would have said something else', async () => {
  const engine = await createEngine('tiny', { contextLength: 128, shared: true });
  const { info } = engine;
  const request = { ...completeRequest({ input: { prompt: 'Once upon a time' }, maxTokens: 24 }, info, 'a'), stop: [] };
  const link = await TabLink.open(
    () => {
      throw new Error('expected no worker of its own');
    },
    { id: 'tiny' },
    {},
    { onProgress: () => {} },
  );
  const other = await link.generate(
    { ...request, sampling: { ...request.sampling, seed: 1, temperature: 1 } },
    () => {},
  );
  const sampling = { ...request.sampling, seed: 2, temperature: 1 };
  const begun = other.ids.slice(0, 6);
  const deltas: GenerateDelta[] = [];
  const answer = await link.generate({ ...request, id: 'b', sampling, begun }, (delta) => deltas.push(delta));
  expect(answer.ids.slice(0, 6)).toEqual(begun);
  expect(answer.ids).not.toEqual(other.ids);
  expect(deltas.flatMap(({ ids }) => ids)).toEqual(answer.ids);
  expect(deltas.map(({ text }) => text).join('')).toBe(answer.text);
  const again = await link.generate({ ...request, id: 'c', sampling, begun: answer.ids.slice(0, 12) }, () => {});
  expect(again).toMatchObject({ ids: answer.ids, text: answer.text, finishReason: answer.finishReason });
  const wrong = link.generate({ ...request, id: 'd', begun: [info.vocabSize] }, () => {});
  await expect(wrong).rejects.toMatchObject({ code: 'request-invalid', data: { field: 'begun' } });
  link.end(new MixtabError('model-not-loaded', 'done'));
  await engine.unload();
});
