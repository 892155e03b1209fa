import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import type { MixtabChat } from '../src/widget/index';
import { DIST } from './fixtures';
import { answered, ask, expect, test, widget } from './widget-page';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = {
  desktop: { width: 1100, height: 900 },
  phone: { width: 390, height: 844 },
  narrow: { width: 280, height: 600 },
};

const TWO = `<mixtab-chat max-tokens="24"></mixtab-chat><mixtab-chat heading="Another" max-tokens="24"></mixtab-chat>`;

/** Each finding of axe in all sizes and both colour schemes as one line; what does not fit the width is one as well. */
async function findings(page: Page): Promise<string[]> {
  // By the debugger: the page's policy allows no script but its own.
  await page.evaluate(`${AXE}; undefined`);
  const found: string[] = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const lines = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const { violations } = await axe.run(document, { resultTypes: ['violations'] });
        const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
        return [
          ...wide,
          ...violations.flatMap(({ id, help, nodes }) =>
            nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
          ),
        ];
      });
      found.push(...lines.map((line) => `${size}, ${colorScheme}: ${line}`));
    }
  }
  return found;
}

test('axe finds nothing from the first sight to the answer, in the example and beside another', async ({
  page,
  site,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/models/tiny/expert/**', async (route) => {
    await held;
    await route.continue();
  });
  await site.open(page);
  expect(await findings(page), 'example').toEqual([]);
  await site.open(page, TWO);
  const parts = widget(page.locator('mixtab-chat').first());
  await expect(parts.send).toBeVisible();
  expect(await findings(page), 'empty').toEqual([]);
  await ask(parts, 'Tell me a story about a cat.');
  await expect(parts.progress).toBeVisible();
  expect(await findings(page), 'loading').toEqual([]);
  release();
  await answered(parts);
  await page.evaluate(() => {
    (document.querySelector('mixtab-chat') as MixtabChat).messages = [
      { role: 'user', content: 'Everything.' },
      {
        role: 'assistant',
        content:
          '# A\n\n[link](https://example.com) `code`\n\n> quoted\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n```\nlong\n```',
      },
    ];
  });
  await expect(parts.text.locator('table')).toBeVisible();
  expect(await findings(page), 'answered').toEqual([]);
});

test('axe finds nothing in what goes wrong', async ({ page, site }) => {
  await site.open(page, '<mixtab-chat model="none" model-url="./none/"></mixtab-chat>', { lang: 'zh' });
  await page.getByRole('textbox').fill('你好');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('axe finds nothing in the page for frames', async ({ page }) => {
  const host = await serve({ root: DIST });
  await page.goto(`${host.url}embed.html`);
  await expect(widget(page).send).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await host.close();
});

test("the theme is the page's, unless it has its own", async ({ page, site }) => {
  const themes = ['auto', 'light', 'dark'].map((theme) => `<mixtab-chat theme="${theme}"></mixtab-chat>`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await site.open(page, themes.join(''));
  const backgrounds = () =>
    Promise.all(
      ['auto', 'light', 'dark'].map((theme) => styleOf(page, `[theme=${theme}]`, '.panel', 'backgroundColor')),
    );
  const [light, dark] = ['rgb(255, 255, 255)', 'rgb(28, 30, 29)'];
  expect(await backgrounds()).toEqual([dark, light, dark]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await backgrounds()).toEqual([light, light, dark]);
});

test('a page gives it its own look by custom properties and parts, and its own words by slots', async ({
  page,
  site,
}) => {
  const css = `mixtab-chat { --mixtab-background: rgb(1, 2, 3); --mixtab-accent: rgb(4, 5, 6); --mixtab-height: 20rem; }
    mixtab-chat::part(input) { font-size: 20px; } mixtab-chat::part(send) { border-radius: 3px; }`;
  const slots = `<p slot="header">My header</p><p slot="footer">My footer</p>
    <div slot="empty"><button data-prompt="">Tell me a story about a cat.</button></div>`;
  await site.open(page, `<mixtab-chat max-tokens="24">${slots}</mixtab-chat>`, { css });
  const parts = widget(page);
  await expect(page.getByText('My header')).toBeVisible();
  await expect(page.getByText('My footer')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Chat' })).toHaveCount(0);
  const style = (inside: string, property: keyof CSSStyleDeclaration) => styleOf(page, 'mixtab-chat', inside, property);
  expect(await style('.panel', 'backgroundColor')).toBe('rgb(1, 2, 3)');
  expect(await style('[part~=send]', 'backgroundColor')).toBe('rgb(4, 5, 6)');
  expect(await style('[part~=send]', 'borderRadius')).toBe('3px');
  expect(await style('textarea', 'fontSize')).toBe('20px');
  expect((await page.locator('mixtab-chat').boundingBox())?.height).toBe(320);
  await page.getByRole('button', { name: 'Tell me a story about a cat.' }).click();
  await answered(parts);
  await expect(page.getByRole('article', { name: 'You' })).toHaveText('Tell me a story about a cat.');
  await expect(page.locator('[data-prompt]')).toBeHidden();
});

/** A computed style of what a selector finds inside an element's shadow root. */
function styleOf(page: Page, host: string, inside: string, property: keyof CSSStyleDeclaration): Promise<unknown> {
  return page.locator(host).evaluate(
    (chat, [selector, name]) => {
      const element = chat.shadowRoot?.querySelector(selector);
      return element && getComputedStyle(element)[name];
    },
    [inside, property] as const,
  );
}
