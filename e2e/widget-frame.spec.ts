import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type FrameLocator, type LaunchOptions, type Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { DIST } from './fixtures';
import { answered, ask, test as base, expect, POLICY, STORY, troubles, widget } from './widget-page';

const EMBEDDED = 'embed.html?model=tiny&theme=dark&max-tokens=24&temperature=0&heading=Framed';

interface Framed {
  page: Page;
  frame: FrameLocator;
  /** What the frame's own script may do. */
  probe(): Promise<{ localStorage: string; indexedDB: string; locks: string }>;
}

/** The page for frames, on `127.0.0.1`, in a page on `localhost`: to browsers two sites. */
const test = base.extend<{
  framed(options: { thirdParties: 'stored' | 'refused'; sandbox?: string }): Promise<Framed>;
}>({
  framed: async ({ launchOptions }, use) => {
    const ends: (() => unknown)[] = [];
    await use(async ({ thirdParties, sandbox }) => {
      const host = await serve({ root: DIST, headers: { ...POLICY, 'Access-Control-Allow-Origin': '*' } });
      const frameUrl = `http://127.0.0.1:${host.port}/${EMBEDDED}`;
      const site = await serve({ root: DIST, routes: { 'GET /site.html': sendSite(frameUrl, sandbox) } });
      const { page, close } = await openBrowser(launchOptions, thirdParties);
      ends.push(host.close, site.close, close);
      await page.goto(`${site.url}site.html`);
      const probe = async () => {
        const inner = page.frames().find((frame) => frame.url() === frameUrl);
        if (!inner) throw new Error('the frame is not there');
        return inner.evaluate(probeStorage);
      };
      return { page, frame: page.frameLocator('iframe'), probe };
    });
    for (const end of ends.reverse()) await end();
  },
});

function sendSite(frameUrl: string, sandbox: string | undefined) {
  const attribute = sandbox === undefined ? '' : `sandbox="${sandbox}"`;
  return (_: unknown, response: import('node:http').ServerResponse): void => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>Site</title><link rel="icon" href="./icons/mark.svg"><iframe ${attribute} width="400" height="600" src="${frameUrl}"></iframe>`,
    );
  };
}

/** A browser whose user lets third parties store, each site by itself, or refuses it: a setting that only a profile of its own can have. */
async function openBrowser(options: LaunchOptions, thirdParties: 'stored' | 'refused') {
  const profile = mkdtempSync(join(tmpdir(), 'mixtab-profile-'));
  mkdirSync(join(profile, 'Default'));
  const refuses = thirdParties === 'refused';
  const preferences = { profile: { cookie_controls_mode: refuses ? 1 : 0, block_third_party_cookies: refuses } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, options);
  const close = async (): Promise<void> => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page: await context.newPage(), close };
}

async function probeStorage() {
  const outcome = async (what: () => unknown): Promise<string> => {
    try {
      await what();
      return 'works';
    } catch (error) {
      return (error as Error).name;
    }
  };
  return {
    localStorage: await outcome(() => localStorage.setItem('probe', '1')),
    indexedDB: await outcome(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open('probe');
          request.onsuccess = resolve;
          request.onerror = () => reject(request.error);
        }),
    ),
    locks: await outcome(() => navigator.locks.request('probe', () => {})),
  };
}

const NOTICE = 'This browser stores nothing here: the model stays in memory, and is fetched again next time.';

test('in a frame of another site that may store nothing it answers, says so, and obeys a strict policy', async ({
  framed,
}) => {
  const { page, frame, probe } = await framed({ thirdParties: 'refused' });
  const wrong = troubles(page);
  expect(await probe()).toEqual({ localStorage: 'SecurityError', indexedDB: 'UnknownError', locks: 'SecurityError' });
  const parts = widget(frame);
  await ask(parts, 'Tell me a story about a cat.');
  expect(await answered(parts)).toMatch(STORY);
  await expect(frame.getByText(NOTICE)).toBeVisible();
  await frame.getByRole('button', { name: 'Dismiss' }).click();
  await expect(frame.getByText(NOTICE)).toHaveCount(0);
  expect(wrong).toEqual([]);
});

test('in a frame of another site that may store, the second visit fetches no weights', async ({ framed }) => {
  const { page, frame, probe } = await framed({ thirdParties: 'stored' });
  expect(await probe()).toEqual({ localStorage: 'works', indexedDB: 'works', locks: 'works' });
  const parts = widget(frame);
  await ask(parts, 'Tell me a story about a cat.');
  const first = await answered(parts);
  await expect(frame.getByText(NOTICE)).toHaveCount(0);
  const weights: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('.bin')) weights.push(request.url());
  });
  await page.reload();
  await ask(parts, 'Tell me a story about a cat.');
  expect(await answered(parts)).toBe(first);
  expect(weights).toEqual([]);
});

test('a frame without an origin cannot start a worker, and says what its sandbox lacks', async ({ framed }) => {
  const { frame } = await framed({ thirdParties: 'stored', sandbox: 'allow-scripts' });
  const parts = widget(frame);
  await ask(parts, 'Tell me a story about a cat.');
  await expect(parts.alert).toContainText('Add allow-same-origin to the sandbox of the frame.');
});

test('its address chooses its looks, and never a server', async ({ page }) => {
  const host = await serve({ root: DIST, headers: POLICY });
  await page.goto(`${host.url}${EMBEDDED}&server=https://example.com/v1&api-key=x&onclick=alert(1)`);
  const chat = page.locator('mixtab-chat');
  await expect(page.getByRole('heading', { name: 'Framed' })).toBeVisible();
  await expect(page.getByText('tiny · on this device')).toBeVisible();
  await expect(chat).toHaveAttribute('theme', 'dark');
  await expect(chat).toHaveCSS('color', 'rgb(236, 238, 236)');
  for (const name of ['server', 'api-key', 'onclick']) await expect(chat).not.toHaveAttribute(name);
  await host.close();
});
