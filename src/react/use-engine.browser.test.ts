import { expect, it, onTestFinished } from 'vitest';
import { renderHook } from './testing.browser';
import { type UseEngineOptions, useEngine } from './use-engine';

/** Workers of scripted engines, and whether each still lives. */
function workers(): { startWorker: () => Worker; started: { ended: boolean; worker: Worker }[] } {
  const started: { ended: boolean; worker: Worker }[] = [];
  const startWorker = (): Worker => {
    const url = new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url);
    const worker = new Worker(url, { type: 'module' });
    const entry = { ended: false, worker };
    const end = worker.terminate.bind(worker);
    worker.terminate = () => {
      entry.ended = true;
      end();
    };
    started.push(entry);
    return worker;
  };
  onTestFinished(() => {
    for (const { worker } of started) worker.terminate();
  });
  return { startWorker, started };
}

const model = (id = 'scripted') => ({ id, url: 'http://localhost/packs/scripted' });
const render = (options: UseEngineOptions, id?: string) => renderHook(() => useEngine(model(id), options));

it('loads with the component, once, also under StrictMode, and unloads with it', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount', budgetBytes: 7 });
  const { engine } = await hook.until(({ status }) => status === 'ready');
  expect(started).toMatchObject([{ ended: false }]);
  expect(engine?.info.id).toBe('scripted');
  expect(hook.shown.some(({ progress }) => progress?.loadedBytes === 7)).toBe(true);
  hook.unmount();
  await expect(engine?.generate({ input: { prompt: 'hi' } })).rejects.toMatchObject({ code: 'model-not-loaded' });
  expect(started).toMatchObject([{ ended: true }]);
});

it('loads nothing until it is asked to, then once however often it is asked', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker });
  const { load } = await hook.until(({ status }) => status === 'idle');
  expect(started).toHaveLength(0);
  const [first, second] = await Promise.all([load(), load()]);
  expect(first).not.toBeNull();
  expect([second, await load()]).toEqual([first, first]);
  expect(started).toHaveLength(1);
  expect(await hook.until(({ status }) => status === 'ready')).toMatchObject({ engine: first, error: null });
});

it('unload frees it, and it can be loaded again', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount' });
  await hook.until(({ status }) => status === 'ready');
  await hook.now.unload();
  await hook.until(({ status, engine }) => status === 'idle' && engine === null);
  expect(await hook.now.load()).not.toBeNull();
  expect(started).toMatchObject([{ ended: true }, { ended: false }]);
});

it('a component that goes stops its load', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount' }, 'slow');
  await hook.until(({ status }) => status === 'loading');
  const loading = hook.now.load();
  hook.unmount();
  expect(await loading).toBeNull();
  expect(started).toMatchObject([{ ended: true }]);
});

it('tells why a load failed, and tries again when asked', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount' }, 'missing');
  const { error, engine } = await hook.until(({ status }) => status === 'failed');
  expect(error).toMatchObject({ code: 'model-not-found', hint: 'Check the address.' });
  expect(engine).toBeNull();
  expect(await hook.now.load()).toBeNull();
  expect(started).toHaveLength(2);
});

it('tells that the engine died', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount' });
  await hook.until(({ status }) => status === 'ready');
  started[0]?.worker.terminate();
  expect(await hook.until(({ status }) => status === 'failed')).toMatchObject({ error: { code: 'worker-died' } });
});

it('another model is another engine; the same one written anew is not', async () => {
  const { startWorker, started } = workers();
  const hook = render({ startWorker, load: 'mount' });
  await hook.until(({ status }) => status === 'ready');
  const { engine } = hook.now;
  const before = hook.shown.length;
  hook.again(() => useEngine(model(), { startWorker, load: 'mount' }));
  await hook.until(() => hook.shown.length > before);
  expect(hook.now.engine).toBe(engine);
  hook.again(() => useEngine(model('other'), { startWorker, load: 'mount' }));
  const { engine: other } = await hook.until((value) => value.engine !== null && value.engine !== engine);
  expect(other?.info.id).toBe('other');
  await expect(engine?.stats()).rejects.toMatchObject({ code: 'model-not-loaded' });
  expect(started).toMatchObject([{ ended: true }, { ended: false }]);
});
