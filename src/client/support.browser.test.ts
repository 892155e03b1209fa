import { wrap } from 'comlink';
import { expect, it, onTestFinished } from 'vitest';
import { openTab, temporaryImport } from '../../tests/support/test-library';
import type { SupportWorker } from '../../tests/workers/support.worker';
import { uniformFormats } from '../pack/formats';
import { syntheticConfig } from '../synthetic/shape';
import { createEngine } from './create-engine';
import { checkSupport, type SupportOptions } from './support';

const SPEEDS = { storageBytesPerSecond: 3e9, gpuBytesPerSecond: 400e9 };
const TINY = new URL('/models/tiny/', location.href).href;
const config = syntheticConfig({ layers: 32, narrow: false });
const mixtral = { config, formats: uniformFormats(config, 'q4') };

/** A property of a prototype of the platform's is another until the test ends. */
function replace(prototype: object, name: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(prototype, name);
  if (before === undefined) throw new Error(`expected ${name} in this browser`);
  Object.defineProperty(prototype, name, { configurable: true, ...descriptor });
  onTestFinished(() => {
    Object.defineProperty(prototype, name, before);
  });
}

it('finds what an engine finds, and leaves nothing behind', async () => {
  const before = await indexedDB.databases();
  const support = await checkSupport();
  expect(support).toMatchObject({ ok: true, reasons: [], notices: [], expected: null, needs: null });
  expect(support.limits?.maxBufferBytes).toBeGreaterThanOrEqual(2 ** 28);
  expect(support.storage?.quotaBytes).toBeGreaterThan(0);
  expect(support.recommendedBudgetBytes).toBeGreaterThanOrEqual(2 ** 27);
  expect((await indexedDB.databases()).length).toBe(before.length);
  const engine = await createEngine('tiny', { contextLength: 64 });
  onTestFinished(() => engine.unload());
  expect(engine.info.adapter).toBe(support.adapter);
});

it('recommends for the embedded model what its engine then takes', async () => {
  const support = await checkSupport('tiny');
  const budgetBytes = support.recommendedBudgetBytes ?? 0;
  const engine = await createEngine('tiny', { budgetBytes });
  onTestFinished(() => engine.unload());
  expect(engine.info.budget).toMatchObject({ budgetBytes, mostBytes: budgetBytes });
});

it('expects of Mixtral 8x7B what mixtab inspect does, and says from what', async () => {
  const { expected, expectedTokensPerSecond, needs } = await checkSupport(mixtral, { ...SPEEDS, budgetBytes: 15e9 });
  expect(needs?.packBytes).toBeGreaterThan(26.2e9);
  expect(needs?.packBytes).toBeLessThan(needs?.mostBytes ?? 0);
  expect(expected).toMatchObject({ ...SPEEDS, budgetBytes: 15e9 });
  expect(expected?.slots).toBeGreaterThan(100);
  expect(expected?.slots).toBeLessThan(140);
  expect(expectedTokensPerSecond).toBeCloseTo(1, 0);
  const faster = await checkSupport(mixtral, { ...SPEEDS, storageBytesPerSecond: 30e9, budgetBytes: 15e9 });
  expect(faster.expectedTokensPerSecond).toBeGreaterThan(3 * (expectedTokensPerSecond ?? 0));
});

it('expects no speed of an adapter that is a program, unless it is told one', async () => {
  const support = await checkSupport('tiny');
  expect(support.softwareAdapter).toBe(true);
  expect(support.expected).toBeNull();
  expect((await checkSupport('tiny', SPEEDS)).expected).toMatchObject({ hitRate: 1, pagedBytesPerToken: 0 });
});

it('says why not where no adapter is offered', async () => {
  replace(GPU.prototype, 'requestAdapter', { value: async () => null });
  const support = await checkSupport('tiny', SPEEDS);
  expect(support).toMatchObject({
    ok: false,
    reasons: [{ code: 'webgpu-unavailable', message: expect.stringContaining('no graphics adapter') }],
    adapter: null,
    limits: null,
    recommendedBudgetBytes: null,
    expectedTokensPerSecond: null,
  });
});

it('says why not where the browser has no WebGPU', async () => {
  replace(Navigator.prototype, 'gpu', { value: undefined });
  expect((await checkSupport()).reasons).toMatchObject([{ message: 'this browser has no WebGPU' }]);
});

it('says why not where the page came by plain HTTP', async () => {
  replace(window, 'isSecureContext', { value: false });
  expect((await checkSupport()).reasons).toMatchObject([{ message: expect.stringContaining('secure context') }]);
});

it('says how little is too little for a model', async () => {
  const { ok, reasons, adapter } = await checkSupport(mixtral, { ...SPEEDS, budgetBytes: 1e9 });
  expect(ok).toBe(false);
  expect(reasons).toMatchObject([{ code: 'budget-too-small', data: { leastBytes: expect.any(Number) } }]);
  expect(adapter).not.toBeNull();
});

it('notices that nothing can be kept, and that tabs cannot agree; the engine runs all the same', async () => {
  replace(IDBFactory.prototype, 'open', {
    value: () => {
      throw new DOMException('refused', 'SecurityError');
    },
  });
  replace(Navigator.prototype, 'locks', { value: undefined });
  const { ok, notices } = await checkSupport(TINY_REF());
  expect(ok).toBe(true);
  expect(notices).toMatchObject([
    { code: 'storage-failed', data: { reason: 'SecurityError' } },
    { code: 'storage-failed', message: 'Web Locks: expected them, got none' },
  ]);
});

it('says the same in a worker', async () => {
  const worker = new Worker(new URL('../../tests/workers/support.worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  const there = wrap<SupportWorker>(worker);
  const told = await there.checkSupport(TINY_REF());
  expect(told).toEqual({ ...(await checkSupport(TINY_REF())), storage: told.storage });
  expect(told.ok).toBe(true);
  const engine = await createEngine('tiny', { contextLength: 64 });
  onTestFinished(() => engine.unload());
  expect((await there.checkSupport('tiny')).recommendedBudgetBytes).toBe(told.recommendedBudgetBytes);
});

it('knows models of the library by their ids, and sources by their previews', async () => {
  const { library } = openTab();
  const id = temporaryImport();
  const preview = await library.preview({ kind: 'url', url: TINY }, { id });
  const told = await checkSupport(preview, SPEEDS);
  expect(told.recommendedBudgetBytes).toBe(preview.mostBytes);
  await expect(checkSupport(id)).rejects.toMatchObject({ code: 'model-not-found' });
  await library.import({ kind: 'url', url: TINY }, { id });
  expect((await checkSupport(id, SPEEDS)).expected).toEqual(told.expected);
});

it.each([
  [3, {}, 'request-invalid'],
  ['', {}, 'request-invalid'],
  [{ config: {}, formats: {} }, {}, 'manifest-invalid'],
  ['tiny', { gpuBytesPerSecond: 0 }, 'request-invalid'],
  ['tiny', { budget: 5 }, 'request-invalid'],
])('refuses %j with %j', async (model, options, code) => {
  await expect(checkSupport(model as string, options as SupportOptions)).rejects.toMatchObject({ code });
});

/** Of a host alone: nothing of this name is stored. */
const TINY_REF = () => ({ id: 'support-only', url: TINY });
