import { findings } from './axe';
import { app, expect, finished, limitTokens, test } from './fixtures';

const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport, contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing from loading to chatting', async ({ page }) => {
      const isPhone = size === 'phone';
      const parts = app(page);
      const dialog = (name: string) => page.getByRole('dialog', { name });
      const closed = async () => {
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      };
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });

      await test.step('loading', async () => {
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
      });

      await test.step('commands', async () => {
        await parts.menu.click();
        expect(await findings(page), 'menu').toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+k');
        await expect(dialog('Commands').getByRole('option').first()).toBeVisible();
        expect(await findings(page), 'palette').toEqual([]);
        await page.keyboard.type('xyzzy');
        expect(await findings(page), 'nothing fits').toEqual([]);
        await closed();
        await page.keyboard.press('Control+/');
        await expect(dialog('Keyboard shortcuts')).toBeVisible();
        expect(await findings(page), 'shortcuts').toEqual([]);
        await closed();
      });

      await test.step('settings', async () => {
        if (isPhone) await parts.menu.click();
        await parts.openSettings.click();
        await parts.settings.getByLabel('Seed').fill('x');
        expect(await findings(page), 'settings').toEqual([]);
        await closed();
      });

      await test.step('models', async () => {
        await page.getByRole('button', { name: /^Models, now/ }).click();
        await expect(dialog('Models')).toBeVisible();
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
        await closed();
      });

      await test.step('an answer', async () => {
        await limitTokens(page, 32);
        await parts.story.click();
        await expect(parts.lastAnswer.locator('.prose')).not.toBeEmpty();
        expect(await findings(page), 'streaming').toEqual([]);
        await finished(parts);
        expect(await findings(page), 'answered').toEqual([]);
      });

      await test.step('where tokens went', async () => {
        await page.keyboard.press('Control+k');
        await dialog('Commands').getByRole('option', { name: 'Colour tokens by expert' }).click();
        await expect(parts.lastAnswer.getByRole('group', { name: 'Answer by tokens' })).toBeVisible();
        expect(await findings(page), 'coloured tokens').toEqual([]);
        await page.keyboard.press('Control+k');
        await dialog('Commands').getByRole('option', { name: 'Colour tokens by expert' }).click();
        await parts.lastAnswer.getByRole('button', { name: 'Regenerate' }).click();
        await finished(parts);
        await parts.menu.click();
        const menu = page.getByRole('navigation', { name: 'Chat and settings' });
        await menu.getByRole('button', { name: 'Compare two answers' }).click();
        await expect(dialog('Two answers compared')).toBeVisible();
        expect(await findings(page), 'compared').toEqual([]);
        await closed();
      });

      await test.step('chats and memory', async () => {
        const toggle = page.getByRole('button', { name: 'Chats', exact: true });
        if (isPhone) await toggle.click();
        await page.getByRole('button', { name: /^More for / }).click();
        await page.getByRole('button', { name: 'Delete', exact: true }).click();
        expect(await findings(page), 'chats').toEqual([]);
        await page.getByRole('button', { name: 'Keep' }).click();
        if (!isPhone) return;
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Memory', exact: true }).click();
        await expect(parts.budget).toBeVisible();
        expect(await findings(page), 'memory sheet').toEqual([]);
        await page.keyboard.press('Escape');
      });

      for (const tool of ['Routing analysis', 'Expert pruning']) {
        await test.step(tool, async () => {
          await parts.menu.click();
          await page.getByRole('button', { name: tool, exact: true }).click();
          await expect(dialog(tool)).toBeVisible();
          expect(await findings(page), tool).toEqual([]);
          await closed();
        });
      }

      await test.step('Chinese', async () => {
        await page.keyboard.press('Control+k');
        await expect(dialog('Commands').getByRole('option').first()).toBeVisible();
        await page.keyboard.type('简体');
        await page.keyboard.press('Enter');
        await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
        expect(await findings(page), 'Chinese').toEqual([]);
      });
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
