import { expect, it } from 'vitest';
import type { GenerateDelta } from '../../protocol/engine';
import { createEngine } from '../create-engine';

/** The real engine with the embedded model; what the words are is left open, the model may be trained anew. */
it('an answer goes on in another tab with the words that the first would have said, and so does the next one', async () => {
  const options = { contextLength: 128, shared: true };
  const request = (prompt: string, seed: number) => ({
    input: { prompt },
    sampling: { seed, temperature: 1 },
    maxTokens: 48,
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
