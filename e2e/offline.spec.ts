import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '../scripts/serve.mjs';
import { DIST, expect, finished, limitTokens, openReady, test } from './fixtures';

test.use({ serviceWorkers: 'allow' });

test('after one visit the model answers with the network off', async ({ page, context }) => {
  const parts = await openReady(page);
  await limitTokens(page, 16);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const cached = await page.evaluate(async () => {
    const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(stores.map((store) => store.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(cached.filter((path) => path.includes('/models/'))).toEqual([]);

  await context.setOffline(true);
  await page.reload();
  await expect(parts.send).toBeEnabled();
  await parts.story.click();
  expect((await finished(parts)).length).toBeGreaterThan(0);
  await expect(parts.alert).toHaveCount(0);
});

test('a new version shows a notice, and reloads only when asked', async ({ page }) => {
  let version = 1;
  const worker = await readFile(join(DIST, 'sw.js'), 'utf8');
  const server = await serve({
    root: DIST,
    routes: {
      'GET /sw.js': (_, response) => {
        response.setHeader('Content-Type', 'text/javascript').end(`${worker}\n// version ${version}`);
      },
    },
  });
  const notice = page.getByText('There is a new version.');
  await page.goto(server.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  // From the second visit on the service worker answers for the page.
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect(notice).toBeHidden();

  version = 2;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await expect(notice).toBeVisible();
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);

  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(false);
  await expect(notice).toBeHidden();
  await server.close();
});
