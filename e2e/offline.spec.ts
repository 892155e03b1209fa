import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { app, atFirstWords, test as base, DIST, expect, finished, limitTokens, openReady } from './fixtures';

/** A host that can be updated: its next version has another service worker, and the engine's worker under another name. */
interface Host {
  url: string;
  update(): void;
  close(): Promise<void>;
}

const test = base.extend<{ host: Host }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  host: async ({}, use) => {
    const host = await updatableHost();
    await use(host);
    await host.close();
  },
  baseURL: ({ host }, use) => use(host.url),
  serviceWorkers: 'allow',
});

async function updatableHost(): Promise<Host> {
  let updated = false;
  const serviceWorker = readFileSync(join(DIST, 'sw.js'), 'utf8');
  const engine = readdirSync(join(DIST, 'assets')).find((name) => /^engine\.worker-.*\.js$/.test(name)) ?? '';
  const entry = `{url:"assets/${engine}",revision:null}`;
  expect(serviceWorker).toContain(entry);
  const { url, close } = await serve({
    root: DIST,
    routes: {
      'GET /sw.js': (_, response) => {
        const next = `${serviceWorker.replace(entry, '{url:"index.html?next",revision:"next"}')}\n// next version`;
        response.setHeader('Content-Type', 'text/javascript').end(updated ? next : serviceWorker);
      },
      // Out of the HTTP cache, which would hide that it is gone.
      [`GET /assets/${engine}`]: (_, response) => {
        response.setHeader('Content-Type', 'text/javascript').setHeader('Cache-Control', 'no-store');
        if (updated) response.writeHead(404).end();
        else response.end(readFileSync(join(DIST, 'assets', engine)));
      },
    },
  });
  let open = true;
  return {
    url,
    update: () => {
      updated = true;
    },
    close: async () => {
      if (open) await close();
      open = false;
    },
  };
}

const notice = (page: Page) => page.getByText('There is a new version.');
const reload = (page: Page) => page.getByRole('button', { name: 'Reload', exact: true });
const clickReload = () => document.querySelector<HTMLElement>('.update button')?.click();

/** Opens the app so that the service worker answers for it, as it does from the second visit on. */
async function openControlled(page: Page): Promise<ReturnType<typeof app>> {
  await page.goto('./');
  await page.evaluate(() => navigator.serviceWorker.ready);
  if (await page.evaluate(() => navigator.serviceWorker.controller === null)) await page.reload();
  const parts = app(page);
  await expect(parts.send).toBeEnabled();
  return parts;
}

async function findUpdate(page: Page, host: Host): Promise<void> {
  host.update();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await expect(notice(page)).toBeVisible();
}

/** Notes in the page what it said of the update, and how its answer stood when it was left. */
const noteHowItEnds = (page: Page) =>
  page.evaluate(() => {
    Object.assign(window, { notReloaded: true });
    const said = new Set<string>();
    new MutationObserver(() => said.add(document.querySelector('.update p')?.textContent ?? '')).observe(
      document.body,
      { childList: true, subtree: true, characterData: true },
    );
    addEventListener('pagehide', () => {
      const status = document.querySelector<HTMLElement>('article[aria-label=Answer]')?.dataset.status;
      sessionStorage.setItem('ended', JSON.stringify({ said: [...said], status }));
    });
  });

test('after one visit a new tab answers although the host is gone and the network is off', async ({
  page,
  context,
  host,
}) => {
  await openReady(page);
  await limitTokens(page, 16);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const cached = await page.evaluate(async () => {
    const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(stores.map((store) => store.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(cached.filter((path) => path.includes('/models/'))).toEqual([]);
  expect(cached).toContainEqual(expect.stringContaining('engine.worker'));

  await page.close();
  await host.close();
  await context.setOffline(true);
  const tab = await context.newPage();
  const parts = await openReady(tab);
  await parts.story.click();
  expect((await finished(parts)).length).toBeGreaterThan(0);
  await expect(parts.alert).toHaveCount(0);
  await tab.reload();
  await expect(parts.send).toBeEnabled();
});

test('nothing but a private window, which tests run in, hinders installing it', async ({ page, context }) => {
  await page.goto('./');
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  const { data } = await devtools.send('Page.getAppManifest');
  const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; sizes: string; purpose?: string }[] };
  expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  for (const { src, sizes } of icons.filter(({ src }) => src.endsWith('.png'))) {
    const size = await page.evaluate(async (url) => {
      const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
      return `${width}x${height}`;
    }, src);
    expect(size).toBe(sizes);
  }

  await page.goto('./icons/mark.svg');
  const elsewhere = await devtools.send('Page.getInstallabilityErrors');
  expect(elsewhere.installabilityErrors.map(({ errorId }) => errorId)).toContain('no-manifest');
});

test('a new version shows a notice, and reloads only when asked', async ({ page, host }) => {
  await openControlled(page);
  await expect(notice(page)).toBeHidden();
  await noteHowItEnds(page);
  await findUpdate(page, host);
  await expect(app(page).prompt).toBeVisible();
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);

  await Promise.all([page.waitForEvent('load'), reload(page).click()]);
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(false);
  await expect(notice(page)).toBeHidden();
});

test('a new version that is accepted in mid-answer waits until the answer is done, and says so', async ({
  page,
  host,
}) => {
  const parts = await openControlled(page);
  await limitTokens(page, 64);
  await findUpdate(page, host);
  await noteHowItEnds(page);
  await parts.story.click();
  const loaded = page.waitForEvent('load');
  await atFirstWords(page, clickReload);
  await loaded;
  const ended = await page.evaluate(() => JSON.parse(sessionStorage.getItem('ended') ?? '{}'));
  expect(ended.said).toContain('The new version comes when the answer is done.');
  expect(ended.status).toMatch(/done|length/);
});

test('other tabs go on with the version they have, also where the answer needs files that the new one has not', async ({
  page,
  context,
  host,
}) => {
  await openControlled(page);
  await limitTokens(page, 64);
  const other = await context.newPage();
  const parts = await openControlled(other);
  await expect(parts.panel).toContainText('Shared with another tab');
  await findUpdate(page, host);
  await noteHowItEnds(other);
  await parts.story.click();
  // The engine runs in the tab that reloads: the other one has to start it anew, from files of the old version.
  await Promise.all([page.waitForEvent('load'), reload(page).click()]);
  expect((await finished(parts)).length).toBeGreaterThan(0);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
  await expect(parts.alert).toHaveCount(0);
  expect(await other.evaluate(() => 'notReloaded' in window)).toBe(true);
  await expect(app(page).panel).toContainText('Shared with another tab');

  await Promise.all([other.waitForEvent('load'), reload(other).click()]);
  await expect(notice(other)).toBeHidden();
});
