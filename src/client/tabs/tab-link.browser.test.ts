import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LoadOptions, LoadProgress } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';
import { type EngineOptions, shareEngine } from '../create-engine';
import type { ClientEvent, Engine } from '../engine';
import { holdLock } from './locks';
import { groupName, type LeaderMessage, type TabMessage, tabLockName } from './messages';
import { TabHost } from './tab-host';

/** Two engines in one page are to each other what two tabs are: locks and channels do not know pages. */
const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.unload();
});

let models = 0;
const newModel = () => ({ id: `scripted${models++}`, url: 'http://localhost/packs/scripted' });
const scripted = (name = '') =>
  new Worker(new URL('../../../tests/workers/scripted-engine.worker.ts', import.meta.url), { type: 'module', name });

function tabs(model = newModel()) {
  const workers: Worker[] = [];
  const openTab = async (options: EngineOptions = {}, name = '') => {
    const start = () => {
      const worker = scripted(name);
      workers.push(worker);
      return worker;
    };
    const engine = await shareEngine(start, model, options);
    open.push(engine);
    return engine;
  };
  return { model, workers, openTab };
}

const ask = async (engine: Engine, prompt: string) => (await engine.generate({ input: { prompt } })).text;

/** Asks what never ends by itself; resolves when its first word is there. */
function askHanging(engine: Engine, prompt: string, signal?: AbortSignal) {
  const texts: string[] = [];
  const words = prompt.split(/(?= )/).length;
  let answer: Promise<unknown> = Promise.resolve();
  const begun = new Promise<void>((resolve) => {
    const onDelta = ({ text }: { text: string }) => {
      if (texts.push(text) === words) resolve();
    };
    answer = engine.generate({ input: { prompt } }, { onDelta, signal });
    answer.catch(() => {});
  });
  return begun.then(() => ({ texts, answer }));
}

const next = <T extends ClientEvent['type']>(engine: Engine, type: T) =>
  new Promise<Extract<ClientEvent, { type: T }>>((resolve) => engine.on(type, resolve));

const sharing = (engine: Engine, runs: string) =>
  new Promise<void>((resolve) => engine.on('sharing', (event) => event.runs === runs && resolve()));

describe('two tabs', () => {
  it('use one worker, and each gets its own answers', async () => {
    const { workers, openTab } = tabs();
    const first = await openTab();
    await sharing(first, 'here');
    const second = await openTab();
    await sharing(second, 'elsewhere');
    const answers = await Promise.all([ask(first, 'one two'), ask(second, 'three four'), ask(second, 'five')]);
    expect(answers).toEqual(['one two', 'three four', 'five']);
    expect(workers).toHaveLength(1);
  });

  it('both count, tokenize, tell figures and set the budget, which both hear of', async () => {
    const { openTab } = tabs();
    const [first, second] = [await openTab(), await openTab()];
    expect(await second.countTokens([{ role: 'user', content: 'a' }])).toBe(1);
    expect(await second.tokenize('abc')).toEqual([0, 1, 2]);
    expect(await second.detokenize([1, 2])).toBe('1 2');
    expect(await second.applyChatTemplate([{ role: 'user', content: 'a' }])).toBe('a');
    expect(await second.stats()).toMatchObject({ expertsTotal: 2 });
    const told = [next(first, 'budget'), next(second, 'budget')];
    expect(await second.setBudget(5)).toMatchObject({ budgetBytes: 5 });
    for (const event of await Promise.all(told)) expect(event.budget.budgetBytes).toBe(5);
    const third = await openTab();
    expect(third.info.budget.budgetBytes).toBe(5);
  });

  it('errors arrive with their code, hint and data', async () => {
    const { openTab } = tabs();
    await openTab();
    const second = await openTab();
    await expect(ask(second, 'typed')).rejects.toMatchObject({
      code: 'context-overflow',
      hint: 'Shorten it.',
    });
    await expect(second.setBudget(0)).rejects.toMatchObject({ code: 'budget-too-small', data: { leastBytes: 1 } });
    await expect(ask(second, 'plain')).rejects.toMatchObject({ code: 'internal', message: 'RangeError: odd' });
  });

  it('an abort in one stops its request, and no other', async () => {
    const { openTab } = tabs();
    const [first, second] = [await openTab(), await openTab()];
    const abort = new AbortController();
    const { answer } = await askHanging(second, 'hang on', abort.signal);
    const other = await askHanging(first, 'hang in');
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted', data: { text: 'hang on' } });
    const [cancelled = '', more] = (await ask(second, 'cancelled?')).split(',');
    expect(cancelled).toMatch(/^[0-9a-f-]{36}$/);
    expect(more).toBeUndefined();
    expect(other.texts).toEqual(['hang', ' in']);
  });

  it('what a tab asked is stopped when it is gone', async () => {
    const { openTab } = tabs();
    const [first, second] = [await openTab(), await openTab()];
    const { answer } = await askHanging(second, 'hang');
    await Promise.all([second.unload(), expect(answer).rejects.toMatchObject({ code: 'model-not-loaded' })]);
    await expect.poll(() => ask(first, 'cancelled?')).not.toBe('');
  });

  it('of two models do not meet', async () => {
    const [one, other] = [tabs(), tabs()];
    const engines = [await one.openTab(), await other.openTab()];
    expect(engines.map(({ info }) => info.id)).toEqual([one.model.id, other.model.id]);
    expect([one.workers.length, other.workers.length]).toEqual([1, 1]);
  });
});

describe('when the tab that runs the engine goes', () => {
  it('another one takes over: no word is lost or said twice, and what waited is answered', async () => {
    const { workers, openTab } = tabs();
    const first = await openTab();
    const second = await openTab({}, 'never-hangs');
    const { texts, answer } = await askHanging(second, 'hang on a while');
    const moved = [sharing(second, 'moving'), sharing(second, 'here')];
    const queued = askHanging(second, 'hang too');
    await first.unload();
    expect(await answer).toMatchObject({ text: 'hang on a while', finishReason: 'stop' });
    expect(texts).toEqual(['hang', ' on', ' a', ' while']);
    expect(await (await queued).answer).toMatchObject({ text: 'hang too' });
    await Promise.all(moved);
    expect(workers).toHaveLength(2);
  });

  it('a third tab is answered by the second, with the budget and options that there were', async () => {
    const { model, openTab } = tabs();
    const first = await openTab({ contextLength: 32, lossy: { topK: 1 } });
    await openTab({ contextLength: 16, lossy: { topK: 1 } }, 'never-hangs');
    const third = await openTab({ lossy: { topK: 1 } });
    await third.setBudget(5);
    const { answer } = await askHanging(third, 'hang on');
    const channel = new BroadcastChannel(groupName(model.id));
    onTestFinished(() => channel.close());
    const loads: LoadOptions[] = [];
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => data.type === 'ready' && loads.push(data.load);
    await first.unload();
    expect(await answer).toMatchObject({ text: 'hang on' });
    expect(loads).toEqual([{ contextLength: 32, lossy: { topK: 1 }, budgetBytes: 5 }]);
  });

  it('what was stopped before is not asked again', async () => {
    const { openTab } = tabs();
    const first = await openTab();
    const second = await openTab({}, 'never-hangs');
    const abort = new AbortController();
    const stopped = await askHanging(second, 'hang on', abort.signal);
    const { answer } = await askHanging(second, 'hang in');
    // In one go: the first tab has no time left to hear of the abort.
    abort.abort();
    const unloaded = first.unload();
    await expect(stopped.answer).rejects.toMatchObject({ code: 'aborted' });
    await Promise.all([answer, unloaded]);
    expect(await ask(second, 'asked?')).toBe('hang in');
  });

  it('because its worker died, that tab is told, and the others go on', async () => {
    const { workers, openTab } = tabs();
    const first = await openTab();
    const second = await openTab({}, 'never-hangs');
    const { answer } = await askHanging(second, 'hang on');
    const died = next(first, 'died');
    workers[0]?.terminate();
    expect((await died).error.code).toBe('worker-died');
    await expect(first.stats()).rejects.toMatchObject({ code: 'worker-died' });
    expect(await answer).toMatchObject({ text: 'hang on' });
  });

  it('and the next one cannot load the model, that one is told why', async () => {
    const model = newModel();
    const first = await tabs(model).openTab();
    const second = await shareEngine(
      () => new Worker(new URL('/no-such-worker.js', location.href), { type: 'module' }),
      model,
    );
    const { answer } = await askHanging(second, 'hang on');
    const died = next(second, 'died');
    await first.unload();
    await expect(answer).rejects.toMatchObject({ code: 'worker-died' });
    expect((await died).error.code).toBe('worker-died');
  });

  it('a frozen page gives the engine up, and is answered again once it is thawed', async () => {
    const { model, workers, openTab } = tabs();
    const first = await openTab({}, 'never-hangs');
    expect(workers).toHaveLength(1);
    document.dispatchEvent(new Event('freeze'));
    const answer = ask(first, 'hello there');
    const held = async () => (await navigator.locks.query()).held?.map(({ name }) => name);
    await expect.poll(held).not.toContain(groupName(model.id));
    document.dispatchEvent(new Event('resume'));
    expect(await answer).toBe('hello there');
    expect(workers).toHaveLength(2);
  });
});

describe('a tab that asks for what the engine does not give', () => {
  it.each<[EngineOptions, string]>([
    [{ contextLength: 65 }, 'contextLength'],
    [{ kernelVariant: 'lanes8' }, 'kernelVariant'],
  ])('%j is refused, naming %s', async (wish, field) => {
    const { openTab } = tabs();
    await openTab();
    await expect(openTab(wish)).rejects.toMatchObject({ code: 'request-invalid', data: { field } });
    await expect(openTab({ contextLength: 16, lossy: { topK: 1 } })).resolves.toBeDefined();
  });

  it('is not given lossy answers that it did not ask for', async () => {
    const { openTab } = tabs();
    await openTab({ lossy: { topK: 1 } });
    const data = { field: 'lossy', shared: { lossy: { topK: 1 } } };
    await expect(openTab()).rejects.toMatchObject({ code: 'request-invalid', data });
    await expect(openTab({ lossy: { topK: 1 } })).resolves.toBeDefined();
  });
});

describe('loading', () => {
  it('rejects where the model is not there, in every tab that waits', async () => {
    const { openTab } = tabs({ ...newModel(), id: 'missing' });
    const outcomes = await Promise.allSettled([openTab(), openTab()]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'model-not-found' } });
  });

  it('stops on abort, and the next tab loads it', async () => {
    const model = newModel();
    const abort = new AbortController();
    const stopped = shareEngine(
      // Never answers: no engine.
      () => new Worker(URL.createObjectURL(new Blob([''])), { name: 'mute' }),
      model,
      { signal: abort.signal },
    );
    const waiting = tabs(model).openTab();
    abort.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    await expect(waiting).resolves.toBeDefined();
  });

  it('shows its progress in a tab that waits, which takes nonsense for nothing', async () => {
    const model = newModel();
    const channel = new BroadcastChannel(groupName(model.id));
    onTestFinished(() => channel.close());
    const say = (message: LeaderMessage | Record<string, unknown>) => channel.postMessage(message);
    let release = (): void => {};
    await new Promise<void>((held) => {
      void navigator.locks.request(groupName(model.id), () => {
        held();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      });
    });
    const greeted = new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
    });
    const seen: number[] = [];
    const tab = tabs(model).openTab({ onProgress: ({ progress }) => seen.push(progress) });
    expect(await greeted).toEqual({ type: 'hello' });
    const progress: LoadProgress = {
      phase: 'weights',
      progress: 0.5,
      loadedBytes: 1,
      totalBytes: 2,
      bytesPerSecond: null,
      secondsLeft: null,
    };
    for (const message of [{ type: 'ready', term: 't' }, { type: 'progress', term: 't' }, { type: 'bye' }])
      say(message);
    say({ type: 'progress', term: 't', progress });
    await expect.poll(() => seen).toEqual([0.5]);
    release();
    await tab;
    expect(seen).toEqual([0.5, 1]);
  });

  it('answers what was asked meanwhile in the order in which it was asked, not in which it came', async () => {
    for (const tab of ['a', 'b']) onTestFinished(await holdLock(tabLockName(tab)));
    const said: TabMessage[] = [];
    const host = new TabHost((message) => said.push(message));
    const result = (call: number) => said.find((message) => message.type === 'result' && message.call === call);
    const hear = (tab: string, prompt: string, askedAt: number) => {
      const request = { id: prompt, input: { prompt } };
      host.hear({
        type: 'call',
        term: host.term,
        tab,
        call: { id: askedAt, method: 'generate', args: [request], askedAt },
      });
    };
    hear('b', 'second', 2);
    hear('b', 'dropped', 3);
    hear('a', 'first', 1);
    host.hear({ type: 'cancel', term: host.term, tab: 'b', requestId: 'dropped' });
    await host.load(scripted(), newModel(), {}, () => {});
    hear('a', 'asked?', 4);
    await expect.poll(() => result(4)).toMatchObject({ value: { text: 'first,second' } });
    expect(said).toContainEqual(expect.objectContaining({ type: 'error', call: 3 }));
    host.end(new MixtabError('aborted', 'done'));
  });
});

it('without Web Locks each tab has an engine of its own', async () => {
  const locks = Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks');
  if (locks === undefined) throw new Error('expected Web Locks in this browser');
  Object.defineProperty(Navigator.prototype, 'locks', { value: undefined, configurable: true });
  onTestFinished(() => {
    Object.defineProperty(Navigator.prototype, 'locks', locks);
  });
  const { workers, openTab } = tabs();
  const engines = [await openTab(), await openTab()];
  expect(await Promise.all(engines.map((engine) => ask(engine, 'hi')))).toEqual(['hi', 'hi']);
  expect(workers).toHaveLength(2);
});
