import { expect, finished, limitTokens, openReady, test } from './fixtures';

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
