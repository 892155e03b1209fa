import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { app, expect, finished, limitTokens, test } from './fixtures';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

/** Each finding of axe in both colour schemes as one line: scheme, rule, what it says, where. */
async function findings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const lines = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
      );
    });
    found.push(...lines.map((line) => `${colorScheme}: ${line}`));
  }
  return found;
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport, contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing from loading to chatting', async ({ page }) => {
      const parts = app(page);
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/models/tiny/**', async (route) => {
        await held;
        await route.continue();
      });
      await page.goto('./');
      await expect(page.getByRole('progressbar')).toBeVisible();
      expect(await findings(page), 'loading').toEqual([]);

      release();
      await expect(parts.send).toBeEnabled();
      expect(await findings(page), 'empty').toEqual([]);

      await parts.openSettings.click();
      await parts.settings.getByLabel('Seed').fill('x');
      expect(await findings(page), 'settings').toEqual([]);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: /^Models, now/ }).click();
      expect(await findings(page), 'models').toEqual([]);
      await page.getByRole('button', { name: 'Add a model' }).click();
      const address = page.getByLabel('Web address or Hugging Face name');
      await address.fill('nonsense');
      await address.press('Enter');
      expect(await findings(page), 'no address').toEqual([]);
      await address.fill('org/name');
      await expect(page.getByLabel('Access token')).toBeVisible();
      expect(await findings(page), 'add a model').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');

      await limitTokens(page, 32);
      await parts.story.click();
      await expect(parts.lastAnswer.locator('.prose')).not.toBeEmpty();
      expect(await findings(page), 'streaming').toEqual([]);
      await finished(parts);
      expect(await findings(page), 'answered').toEqual([]);

      if (size === 'phone') {
        await page.getByRole('button', { name: 'Memory', exact: true }).click();
        await expect(parts.budget).toBeVisible();
        expect(await findings(page), 'memory sheet').toEqual([]);
      }
    });

    test('axe finds nothing when the model does not come', async ({ page }) => {
      await page.route('**/models/tiny/**', (route) => route.abort());
      await page.goto('./');
      await expect(app(page).alert).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });

    test('axe finds nothing without WebGPU', async ({ page }) => {
      await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
      await page.goto('./');
      await expect(page.getByRole('heading', { name: 'Mixtab needs WebGPU' })).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}
