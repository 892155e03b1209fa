import type { Page } from '@playwright/test';
import { app, expect, finished, limitTokens, openReady, test } from './fixtures';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Commands' });

/** What the palette would run now. */
const chosen = (page: Page) => palette(page).getByRole('option', { selected: true });

/** Types into the palette and takes the first find. */
async function command(page: Page, typed: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('option').first()).toBeVisible();
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
}

test('what is typed before the palette has come is no command', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/assets/palette-*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('./');
  const chats = page.getByRole('complementary', { name: 'Chats' });
  await expect(chats).toBeVisible();
  await page.getByRole('region', { name: 'Conversation' }).press('Control+k');
  await page.keyboard.press('c');
  release();
  await expect(palette(page).getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
  await expect(chats).toBeVisible();
  await page.keyboard.press('c');
  await expect(chats).toBeHidden();
});

test('the palette finds commands and chats, keys run them, and letters stay with who writes', async ({ page }) => {
  const parts = await openReady(page);
  await limitTokens(page, 8);
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });

  await test.step('arrows choose, Escape leaves everything as it was', async () => {
    await page.keyboard.press('Control+k');
    await expect(palette(page).getByRole('combobox')).toBeFocused();
    const first = await chosen(page).textContent();
    await page.keyboard.press('ArrowDown');
    await expect(chosen(page)).not.toHaveText(first ?? '');
    await page.keyboard.press('ArrowUp');
    await expect(chosen(page)).toHaveText(first ?? '');
    await page.keyboard.type('xyzzy');
    await expect(palette(page)).toContainText('Nothing fits that.');
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
  });

  await test.step('a command runs', async () => {
    await command(page, 'dark');
    await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
    await command(page, 'shortcuts');
    await expect(shortcuts).toContainText('New chat');
    await page.keyboard.press('Escape');
  });

  await test.step('letters write in the prompt and command outside it', async () => {
    await parts.prompt.fill('');
    await parts.prompt.pressSequentially('nt?');
    await expect(parts.prompt).toHaveValue('nt?');
    await parts.prompt.fill('Tell me a story about a cat.');
    await page.keyboard.press('Enter');
    await finished(parts);
    await page.getByRole('region', { name: 'Conversation' }).focus();
    await page.keyboard.press('n');
    await expect(parts.answers).toHaveCount(0);
    await command(page, 'story cat');
    await expect(parts.answers).toHaveCount(1);
  });

  await test.step('a chat that could not be stored is stored when there is room again', async () => {
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      window.addEventListener('heal', () => {
        IDBObjectStore.prototype.put = put;
      });
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    await page.getByRole('region', { name: 'Conversation' }).focus();
    await page.keyboard.press('r');
    const again = parts.alert.getByRole('button', { name: 'Save again' });
    await expect(again).toBeVisible();
    await finished(parts);
    await again.click();
    await expect(again).toBeVisible();
    await page.evaluate(() => window.dispatchEvent(new Event('heal')));
    await again.click();
    await expect(parts.alert).toHaveCount(0);
  });

  await test.step('columns are hidden by a key, and keys by a setting', async () => {
    const chats = page.getByRole('complementary', { name: 'Chats' });
    const conversation = page.getByRole('region', { name: 'Conversation' });
    await conversation.focus();
    await page.keyboard.press('c');
    await expect(chats).toBeHidden();
    await page.keyboard.press('s');
    await expect(page.getByRole('searchbox', { name: 'Search chats' })).toBeFocused();
    await page.getByRole('button', { name: 'Memory', exact: true }).click();
    await expect(parts.panel).toBeHidden();

    await conversation.focus();
    await page.keyboard.press('?');
    await shortcuts.getByRole('checkbox', { name: 'Shortcuts of a single key' }).uncheck();
    await page.keyboard.press('Escape');
    await conversation.focus();
    await page.keyboard.press('c');
    await page.keyboard.press('Control+/');
    await expect(shortcuts).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(chats).toBeVisible();
  });

  await test.step('what was hidden is hidden on the next visit', async () => {
    await page.reload();
    await expect(parts.answers).toHaveCount(1);
    await expect(parts.panel).toBeHidden();
  });
});

test.describe('offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('the page speaks Chinese when it is told to, and goes on to after a reload', async ({ page, context }) => {
    await openReady(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    const parts = app(page);
    await expect(parts.send).toBeEnabled();
    await context.setOffline(true);
    await parts.openSettings.click();
    await parts.settings.getByRole('combobox', { name: 'Language' }).selectOption('简体中文');
    const settings = page.getByRole('dialog', { name: '设置' });
    await expect(settings.getByRole('combobox', { name: '语言' })).toHaveValue('zh');
    await page.keyboard.press('Escape');

    const isChinese = async () => {
      await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
      await expect(page).toHaveTitle(/语言模型/);
      await expect(page.getByRole('button', { name: '发送' })).toBeEnabled();
      await expect(page.getByRole('button', { name: '新对话' })).toBeVisible();
      await expect(page.getByRole('complementary', { name: '对话' })).toBeVisible();
      await expect(page.getByRole('complementary', { name: '内存与专家' })).toContainText('显存');
      await expect(page.getByRole('button', { name: /^模型，当前/ })).toBeVisible();
    };
    await isChinese();
    await page.reload();
    await isChinese();

    await page.keyboard.press('Control+k');
    await expect(page.getByRole('option', { name: '语言：English' })).toBeVisible();
    await page.keyboard.type('english');
    await page.keyboard.press('Enter');
    await expect(parts.newChat).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

test.describe('in a Chinese browser', () => {
  test.use({ locale: 'zh-CN' });

  test('an error says in Chinese what to do, and goes when the network is back', async ({ page, context }) => {
    await page.route('**/models/tiny/**', (route) => route.abort());
    await page.goto('./');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('网络请求失败');
    await expect(alert.locator('[lang=en]')).not.toBeEmpty();
    await expect(alert.getByRole('button', { name: '重新启动' })).toBeVisible();

    await context.setOffline(true);
    await page.unroute('**/models/tiny/**');
    await context.setOffline(false);
    await expect(page.getByRole('button', { name: '发送' })).toBeEnabled();
    await expect(alert).toHaveCount(0);
  });
});

test('the header fits the narrowest phones, and its menu has the rest', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const parts = await openReady(page);
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 640 });
    const boxes = await page.locator('.header button:visible').evaluateAll((buttons) =>
      buttons.map((button) => {
        const { left, right } = button.getBoundingClientRect();
        return { left, right };
      }),
    );
    expect(boxes.length).toBeGreaterThanOrEqual(5);
    for (const [index, { left, right }] of boxes.entries()) {
      expect(left).toBeGreaterThanOrEqual(boxes[index - 1]?.right ?? 0);
      expect(right).toBeLessThanOrEqual(width);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
  const menu = page.getByRole('button', { name: 'Menu' });
  for (const [item, title] of [
    ['Settings', 'Settings'],
    ['Routing analysis', 'Routing analysis'],
    ['Commands', 'Commands'],
  ] as const) {
    await menu.click();
    await page.getByRole('button', { name: item, exact: true }).click();
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await page.getByRole('button', { name: 'Chats', exact: true }).click();
  await expect(page.getByRole('complementary', { name: 'Chats' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(parts.prompt).toBeVisible();
});
