import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Route } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { tellStory } from '../scripts/story.mjs';
import {
  app,
  atFirstWords,
  DIST,
  expect,
  finished,
  limitTokens,
  NO_ADAPTER,
  openReady,
  routeWorker,
  test,
  WORKER,
} from './fixtures';

const MANIFEST = '**/models/tiny/manifest.json';
const RECORDS = '**/models/tiny/**/*.bin';
const manifest = JSON.parse(readFileSync(join(DIST, 'models/tiny/manifest.json'), 'utf8'));

type Parts = ReturnType<typeof app>;

const problem = (parts: Parts, code: string) => parts.alert.and(parts.alert.page().locator(`[data-code="${code}"]`));

async function ask(parts: Parts, question: string): Promise<string> {
  const before = await parts.answers.count();
  await parts.prompt.fill(question);
  await parts.prompt.press('Enter');
  await expect(parts.answers).toHaveCount(before + 1);
  return finished(parts);
}

/** Makes answers greedy and short, so that they can be compared, unless settings have been changed since. */
async function answerGreedily(page: Page): Promise<void> {
  const settings = JSON.stringify({ temperature: 0, maxTokens: 12 });
  await page.addInitScript((value) => {
    if (localStorage.getItem('mixtab.settings') === null) localStorage.setItem('mixtab.settings', value);
  }, settings);
}

/**
 * The names of the records that the page has stored; those whose names begin with `flipped` get one bit flipped. Only once the engine has
 * made its database.
 */
function storedRecords(page: Page, flipped: string | null = null): Promise<string[]> {
  return page.evaluate(async (begin) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await settled(indexedDB.open('mixtab/tiny'));
    const table = () => db.transaction('records', 'readwrite').objectStore('records');
    const keys = (await settled(table().getAllKeys())).map(String).filter((key) => key.includes('@'));
    for (const key of keys.filter((name) => begin !== null && name.startsWith(begin))) {
      const blob: Blob = await settled(table().get(key));
      const bytes = new Uint8Array(await blob.arrayBuffer());
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      await settled(table().put(new Blob([bytes]), key));
    }
    db.close();
    return keys.map((key) => key.slice(0, key.indexOf('@')));
  }, flipped);
}

const recordOf = (route: Route) =>
  new URL(route.request().url()).pathname.replace(/^.*\/models\/tiny\//, '').replace(/\.bin$/, '');

test('npm start ends with the reason where the page finds no graphics adapter', async () => {
  const worker = `assets/${readdirSync(join(DIST, 'assets')).find((name) => /^engine\.worker-.*\.js$/.test(name))}`;
  const server = await serve({
    root: DIST,
    routes: {
      [`GET /${worker}`]: (_, response) => {
        response
          .setHeader('Content-Type', 'text/javascript')
          .end(NO_ADAPTER + readFileSync(join(DIST, worker), 'utf8'));
      },
    },
  });
  const closing = new AbortController();
  const told: string[] = [];
  await expect(tellStory(server.url, (text) => told.push(text), closing.signal)).rejects.toThrow(
    /^The page reports: WebGPU is there, but no graphics adapter was offered\. Use /,
  );
  closing.abort();
  expect(told).toEqual([]);
  await server.close();
});

test('what is no pack is named, and starting again when it is one works', async ({ page }) => {
  const parts = app(page);
  const wrong = structuredClone(manifest);
  wrong.records[0].bytes -= 4;
  const { name, bytes } = wrong.records[0];
  const answers: [Parameters<Route['fulfill']>[0], string, string][] = [
    [{ body: '<!doctype html><p>Welcome' }, 'manifest-invalid', 'expected JSON, got an HTML page'],
    [{ json: { name: 'something' } }, 'manifest-invalid', 'format expected "mixtab-pack", got undefined'],
    [{ json: wrong }, 'manifest-invalid', `records["${name}"].bytes expected ${bytes + 4}, got ${bytes}`],
    [{ status: 404, body: 'Not found' }, 'model-not-found', "expected a pack's manifest, got HTTP 404"],
  ];
  let answer = 0;
  await page.route(MANIFEST, (route) => route.fulfill(answers[answer]?.[0]));
  await page.goto('./');
  for (const [, code, message] of answers) {
    await expect(problem(parts, code)).toContainText(message);
    await expect(parts.alert).toHaveCount(1);
    await expect(parts.send).toBeDisabled();
    answer++;
    if (answer === answers.length) await page.unroute(MANIFEST);
    await parts.alert.getByRole('button', { name: 'Start again' }).click();
  }
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
});

test('a record that comes with a flipped bit is refused by name, and fetched again when asked', async ({ page }) => {
  const name = 'expert/2/3';
  await page.route(`**/${name}.bin`, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body.writeUInt8(body.readUInt8(1000) ^ 1, 1000);
    await route.fulfill({ response, body });
  });
  await page.goto('./');
  const parts = app(page);
  await expect(problem(parts, 'record-broken')).toContainText(`record ${name} piece 0 from http`);
  await page.unroute(`**/${name}.bin`);
  await parts.alert.getByRole('button', { name: 'Start again' }).click();
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
});

test('stored records with a flipped bit are mended with a notice, or refused by name while offline', async ({
  page,
}) => {
  await answerGreedily(page);
  const parts = await openReady(page);
  // With room for all experts they would be read before the first prompt.
  await parts.budget.press('Home');
  await expect(parts.panel).not.toContainText('32 of 32 experts');
  const right = await ask(parts, 'Tell me a story.');

  await storedRecords(page, 'dense/0');
  await page.reload();
  await expect(problem(parts, 'record-broken')).toContainText('record dense/0 piece 0 from the store');
  expect(await ask(parts, 'Tell me a story.')).toBe(right);

  await storedRecords(page, 'expert/1/');
  await page.route(RECORDS, (route) => route.abort());
  await page.reload();
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
  await ask(parts, 'Tell me a story.');
  const refused = parts.alert.filter({ hasText: /record expert\/1\/\d piece 0 from the store.*Failed to fetch/ });
  await expect(refused.getByRole('button', { name: 'Try again' })).toBeVisible();

  await page.unroute(RECORDS);
  await refused.getByRole('button', { name: 'Try again' }).click();
  await expect(refused).toHaveCount(0);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
  expect(await finished(parts)).toBe(right);
});

test('a full storage is told, and the load goes on from there once there is room', async ({ page, appUrl }) => {
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(appUrl);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 4_000_000 });
  await page.goto('./');
  const parts = app(page);
  await expect(problem(parts, 'storage-full')).toContainText('expected room for');
  const kept = await storedRecords(page);
  expect(kept.length).toBeGreaterThan(0);

  await cdp.send('Storage.overrideQuotaForOrigin', { origin });
  const fetched = await recordRequests(page);
  await parts.alert.getByRole('button', { name: 'Start again' }).click();
  await expect(parts.send).toBeEnabled();
  expect([...kept, ...fetched].toSorted()).toEqual(allRecords());
});

test('a download that was cut off goes on with the records that are not yet stored', async ({ context }) => {
  const first = await context.newPage();
  let served = 0;
  await first.route(RECORDS, async (route) => {
    // The others never come: the page is closed while it waits for them.
    if (served++ < 12) await route.continue();
  });
  await first.goto('./');
  await expect.poll(() => served).toBeGreaterThan(12);
  await expect.poll(async () => (await storedRecords(first)).length).toBe(12);
  const kept = await storedRecords(first);
  await first.close();

  const second = await context.newPage();
  const fetched = await recordRequests(second);
  await openReady(second);
  expect([...kept, ...fetched].toSorted()).toEqual(allRecords());
});

test('a worker that is killed in mid-answer is told, and a new one answers', async ({ page }) => {
  await page.addInitScript(() => {
    const workers: Worker[] = [];
    Object.assign(window, { workers });
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    };
  });
  const parts = await openReady(page);
  await parts.story.click();
  await atFirstWords(page, () => {
    for (const worker of (window as unknown as { workers: Worker[] }).workers) worker.terminate();
  });
  await expect(problem(parts, 'worker-died')).toContainText('it was terminated or crashed');
  await expect(parts.alert).toHaveCount(1);
  const begun = await finished(parts);
  expect(begun.length).toBeGreaterThan(0);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', 'failed');

  await parts.alert.getByRole('button', { name: 'Start again' }).click();
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
  expect(await parts.lastAnswer.locator('.prose').textContent()).toBe(begun);
  await limitTokens(page, 8);
  expect((await ask(parts, 'And then?')).length).toBeGreaterThan(0);
});

interface GpuTest {
  parts: Parts;
  /** Asks for a story with the least memory, so that it takes its time, and crashes the browser's GPU process while it is told. */
  crashInAnswer(): Promise<void>;
}

/** In a browser of its own: after two resets within two minutes Chromium refuses pages the GPU for a while. */
const gpuTest = test.extend<{ page: Page; gpu: GpuTest }>({
  page: async ({ playwright }, use) => {
    const browser = await playwright.chromium.launch();
    await use(await browser.newPage());
    await browser.close();
  },
  gpu: async ({ page }, use) => {
    const parts = app(page);
    const cdp = await page.context().browser()?.newBrowserCDPSession();
    const crashInAnswer = async () => {
      await parts.budget.press('Home');
      await expect(parts.panel).not.toContainText('32 of 32 experts');
      await parts.story.click();
      await expect(parts.lastAnswer.locator('.prose')).not.toBeEmpty();
      await cdp?.send('Browser.crashGpuProcess');
    };
    await use({ parts, crashInAnswer });
  },
});

gpuTest('a GPU process that crashes in mid-answer comes back, and the answer goes on', async ({ page, gpu }) => {
  const { parts } = gpu;
  await openReady(page);
  await limitTokens(page, 64);
  const recovering = page.getByText('The GPU was reset.');
  await Promise.all([expect(recovering).toBeVisible(), gpu.crashInAnswer()]);
  const begun = (await parts.lastAnswer.locator('.prose').textContent()) ?? '';
  const text = await finished(parts);
  expect(text.length).toBeGreaterThan(begun.length);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
  await expect(recovering).toBeHidden();
  await expect(parts.alert).toHaveCount(0);
  await limitTokens(page, 8);
  expect((await ask(parts, 'And then?')).length).toBeGreaterThan(0);
});

gpuTest('a GPU that does not come back ends the answer with one alert, and the chat stays', async ({ page, gpu }) => {
  await routeWorker(
    page,
    `{ const gpu = Object.getPrototypeOf(navigator.gpu); const ask = gpu.requestAdapter; let asked = false;
      gpu.requestAdapter = async function (...options) {
        if (asked) return null;
        asked = true;
        return ask.apply(this, options);
      }; }`,
  );
  const { parts } = gpu;
  await openReady(page);
  await gpu.crashInAnswer();
  const text = await finished(parts);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', 'failed');
  await expect(problem(parts, 'device-lost')).toContainText(/was lost .* no graphics adapter was offered/);
  await expect(parts.alert).toHaveCount(1);
  await expect(parts.send).toBeDisabled();
  const startAgain = parts.alert.getByRole('button', { name: 'Start again' });

  await page.unroute(WORKER);
  await routeWorker(page, NO_ADAPTER);
  await startAgain.click();
  await expect(problem(parts, 'webgpu-unavailable')).toContainText('no graphics adapter was offered');
  await expect(parts.alert).toHaveCount(1);

  await page.unroute(WORKER);
  await startAgain.click();
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
  expect(await parts.lastAnswer.locator('.prose').textContent()).toBe(text);
});

const allRecords = () => manifest.records.map((record: { name: string }) => record.name).toSorted();

/** The names of the records that a page asks for from now on. */
async function recordRequests(page: Page): Promise<string[]> {
  const names: string[] = [];
  await page.route(RECORDS, async (route) => {
    names.push(recordOf(route));
    await route.continue();
  });
  return names;
}
