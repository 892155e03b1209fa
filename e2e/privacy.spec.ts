import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../scripts/serve.mjs';
import { FaultyServer } from '../tests/support/faulty-server';
import { app, test as base, DIST, expect, finished, limitTokens } from './fixtures';
import { RecordingProxy } from './recording-proxy';

/** The whole browser goes through a proxy that writes down where it goes. */
const test = base.extend<{ gate: RecordingProxy }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  gate: async ({}, use) => {
    const gate = await RecordingProxy.start();
    await use(gate);
    await gate.close();
  },
  proxy: ({ gate }, use) => use({ server: gate.url }),
  serviceWorkers: 'allow',
});

const REF = join(import.meta.dirname, '../tests/fixtures/refs/b/model-q4_0.gguf');
const scripts = readdirSync(join(DIST, 'assets')).filter((name) => name.endsWith('.js'));

test('the app speaks to its own host and to the chosen source of a model, and to nobody else', async ({
  page,
  gate,
  appUrl,
}) => {
  const source = await FaultyServer.start();
  await source.serve('/stories.gguf', readFileSync(REF));
  gate.allowed.add(new URL(appUrl).origin);
  await page.goto(appUrl);
  const parts = app(page);
  await expect(parts.send).toBeEnabled();
  await limitTokens(page, 16);
  await parts.story.click();
  await finished(parts);
  await page.evaluate(() => navigator.serviceWorker.ready);
  expect(gate.strangers).toEqual([]);

  const dialog = (name: string) => page.getByRole('dialog', { name });
  await page.getByRole('button', { name: /^Models, now/ }).click();
  await dialog('Models').getByRole('button', { name: 'Use a server' }).click();
  await expect(dialog('Use a server')).toBeVisible();
  await page.keyboard.press('Escape');
  await dialog('Models').getByRole('button', { name: 'Add a model' }).click();
  const add = dialog('Add a model');
  gate.allowed.add(source.url);
  await add.getByLabel('Web address or Hugging Face name').fill(`${source.url}/stories.gguf`);
  await add.getByRole('button', { name: 'Look at it' }).click();
  await add.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(add).toBeHidden();
  await expect(page.getByRole('region', { name: 'Import' })).toContainText('is here');
  const row = dialog('Models')
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'stories' }) });
  await row.getByRole('button', { name: /^Use/ }).click();
  await expect(dialog('Models')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Models, now: stories/ })).toBeVisible();
  await expect(parts.send).toBeEnabled();
  await parts.prompt.fill('And now?');
  await parts.prompt.press('Enter');
  await expect(parts.answers).toHaveCount(2);
  await finished(parts);
  await page.reload();
  await expect(parts.send).toBeEnabled();
  expect(gate.strangers).toEqual([]);
  expect([...gate.asked].sort()).toEqual([new URL(appUrl).origin, source.url].sort());
  await source.close();
});

test('whatever speaks to a stranger is seen: page, workers, service worker, sockets, beacons and event streams', async ({
  page,
  gate,
}) => {
  const engine = scripts.find((name) => name.startsWith('engine.worker-')) ?? '';
  const withFetch = (file: string, host: string) => () =>
    `${readFileSync(join(DIST, file), 'utf8')}\nfetch('http://${host}.example/').catch(() => {});`;
  const route =
    (text: () => string) => (_: unknown, response: { setHeader(a: string, b: string): { end(text: string): void } }) =>
      response.setHeader('Content-Type', 'text/javascript').end(text());
  const host = await serve({
    root: DIST,
    routes: {
      [`GET /assets/${engine}`]: route(withFetch(`assets/${engine}`, 'worker')),
      'GET /sw.js': route(withFetch('sw.js', 'service-worker')),
    },
  });
  gate.allowed.add(new URL(host.url).origin);
  await page.goto(host.url);
  await expect(app(page).send).toBeEnabled();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.evaluate(() => {
    new WebSocket('ws://socket.example/');
    new EventSource('http://events.example/');
    navigator.sendBeacon('http://beacon.example/', 'words');
    new Image().src = 'https://image.example/';
    void fetch('http://page.example/').catch(() => {});
  });
  const http = ['beacon', 'events', 'page', 'service-worker', 'worker'].map((name) => `http://${name}.example`);
  await expect.poll(() => gate.strangers.sort()).toEqual([...http, 'image.example:443', 'socket.example:80'].sort());
  await host.close();
});

test('nothing that is built speaks past a proxy', () => {
  expect(scripts.length).toBeGreaterThan(5);
  for (const name of scripts) {
    const text = readFileSync(join(DIST, 'assets', name), 'utf8');
    expect(/RTCPeerConnection|WebTransport\b/.exec(text), name).toBeNull();
  }
});
