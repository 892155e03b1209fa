import { expect, onTestFinished, test } from 'vitest';
import { ggufFile } from '../../tests/support/ref-files';
import { SteeredLanes } from '../../tests/support/steered-lanes';
import { ended, ImportEar, temporaryImport, until } from '../../tests/support/test-library';
import { Library } from '../import/library';
import type { GenerateResult } from '../protocol/engine';
import { toErrorData } from '../protocol/errors';
import type { ImportSource } from '../protocol/library';
import { Engine } from './engine';
import { GREEDY } from './testing';

/** The engine beside the real importer, whose workers make a record when the test says so. */

/** Of a prompt of one token: with one expert a layer, that is 2 of the model's 8. */
function logitsOf(engine: Engine, token: number): Promise<GenerateResult> {
  const input = { ids: [token] };
  return engine.generate({ id: 'r', input, sampling: GREEDY, maxTokens: 1, stop: [], promptLogits: true }, () => {});
}

async function loaded(id: string): Promise<Engine> {
  const engine = new Engine();
  onTestFinished(() => engine.unload());
  await engine.load({ id }, { kernelVariant: 'row', contextLength: 64 }, () => {});
  return engine;
}

/** A token whose experts are not all there. */
async function refusedToken(engine: Engine): Promise<number> {
  for (let token = 3; ; token++) {
    const error = await logitsOf(engine, token).then(() => null, toErrorData);
    if (error === null) continue;
    expect(error).toMatchObject({ code: 'import-incomplete', hint: expect.stringContaining('Resume') });
    return token;
  }
}

test('a model answers while it is imported, its picks first; a pause refuses what is missing, a resume brings it', async () => {
  const source: ImportSource = { kind: 'files', files: [await ggufFile('b')] };
  const steering = new SteeredLanes();
  const library = new Library({ lanes: 1, startWorker: steering.startWorker });
  const id = temporaryImport();
  const ear = new ImportEar(id);
  await library.import(source, { id });
  for (let n = 0; n < 4; n++) {
    expect(await steering.asked()).toBe(`dense/${n}`);
    steering.make(`dense/${n}`);
  }
  await until(library, id, ({ runnable }) => runnable);
  const engine = await loaded(id);

  const made: string[] = [];
  const wanted = (): string[] =>
    ear.heard.flatMap((message) => (message.type === 'want' && !made.includes(message.record) ? [message.record] : []));
  const answer = logitsOf(engine, 1);
  // The importer is at this one and makes it first; what it takes up after that is what the engine waits for.
  let atWork = await steering.asked();
  for (;;) {
    const asked = await Promise.race([ear.until(() => wanted().length > 0).then(() => true), answer.then(() => false)]);
    if (!asked) break;
    if (!wanted().includes(atWork)) {
      steering.make(atWork);
      made.push(atWork);
      atWork = await steering.asked();
      expect(wanted()).toContain(atWork);
    }
    steering.make(atWork);
    made.push(atWork);
    atWork = await steering.asked();
  }
  const early = await answer;
  expect(made.length).toBeLessThanOrEqual(4);

  await library.pause(id);
  const token = await refusedToken(engine);
  steering.makeAll();
  await library.resume(id, source);
  const late = await logitsOf(engine, token);
  expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  expect((await logitsOf(engine, 1)).promptLogits).toEqual(early.promptLogits);

  await engine.unload();
  const whole = await loaded(id);
  expect((await logitsOf(whole, 1)).promptLogits).toEqual(early.promptLogits);
  expect((await logitsOf(whole, token)).promptLogits).toEqual(late.promptLogits);
});
