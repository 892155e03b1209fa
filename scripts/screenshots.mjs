import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium, QUIET_ARGS, SWIFTSHADER_ARGS } from './chromium.mjs';
import { buildPackage } from './package.mjs';
import { serve } from './serve.mjs';

/** Pictures of the built app for the README: `node scripts/screenshots.mjs [--dist dist] [--out docs/screenshots]`. */
const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/screenshots', import.meta.url)) },
  },
});

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};
const ANSWER_MS = 300_000;
/** The same story each time, with about half the experts in memory. */
const SETTINGS = { seed: 3, temperature: 0.5, budgets: { tiny: 12_500_000 } };

await mkdir(values.out, { recursive: true });
const checkpoints = fileURLToPath(new URL('../tests/fixtures/refs', import.meta.url));
const { url, close } = await serve({ root: values.dist, port: 0, mounts: { '/refs/': checkpoints } });
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: [...QUIET_ARGS, ...SWIFTSHADER_ARGS],
});
try {
  for (const [size, options] of Object.entries(SIZES)) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await openPage({ ...options, colorScheme });
      await takeChat(page, `${size}-${colorScheme}`);
      await page.close();
    }
  }
  const page = await openPage({ ...SIZES.desktop, colorScheme: 'light' });
  await takeTools(page);
  await page.close();
  await takeWidget();
} finally {
  await browser.close();
  await close();
}

/** @param {import('playwright-core').BrowserContextOptions} options */
async function openPage(options) {
  const page = await browser.newPage({ ...options, reducedMotion: 'reduce' });
  await page.addInitScript((settings) => {
    if (!localStorage.getItem('mixtab.settings')) localStorage.setItem('mixtab.settings', settings);
  }, JSON.stringify(SETTINGS));
  await page.goto(url);
  await suggestion(page, 'Tell me a story about a cat.').waitFor({ timeout: ANSWER_MS });
  return page;
}

/** The widget in the page of examples/widget. */
async function takeWidget() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const mounts = { '/mixtab/': await buildPackage(root) };
  const site = await serve({ root: `${root}/examples/widget`, port: 0, mounts });
  const page = await browser.newPage({ viewport: { width: 1100, height: 740 }, colorScheme: 'light' });
  await page.goto(site.url);
  await page.locator('mixtab-chat').evaluate((chat) => chat.setAttribute('temperature', '0'));
  await page.getByRole('button', { name: 'A cat' }).click();
  await page.locator('[data-status="done"], [data-status="length"]').last().waitFor({ timeout: ANSWER_MS });
  await page.screenshot({ path: `${values.out}/widget.png` });
  await page.close();
  await site.close();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} text
 */
function suggestion(page, text) {
  return page.locator('.welcome').getByRole('button', { name: text });
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} text one of the suggestions
 */
async function ask(page, text) {
  await suggestion(page, text).click();
  const answer = page.getByRole('article', { name: 'Answer' }).last();
  await answer.and(page.locator('[aria-busy="false"]')).waitFor({ timeout: ANSWER_MS });
}

/**
 * Three chats, and where the tokens of the last one went: beside it, or in a sheet.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function takeChat(page, name) {
  const shot = (/** @type {string} */ what) => page.screenshot({ path: `${values.out}/${name}-${what}.png` });
  await shot('empty');
  for (const text of ['What is 12 + 7?', 'Write a scene with ROMEO and JULIET.', 'Tell me a story about a cat.']) {
    await page.getByRole('button', { name: 'New chat' }).click({ force: true });
    await ask(page, text);
  }
  const isPhone = await page.getByRole('complementary', { name: 'Memory and experts' }).isHidden();
  if (isPhone) {
    await shot('story');
    await page.getByRole('button', { name: 'Chats', exact: true }).click();
    await shot('chats');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Memory', exact: true }).click();
  }
  await page.getByRole('heading', { name: 'Router', exact: true }).evaluate((heading) => heading.scrollIntoView());
  await shot(isPhone ? 'router' : 'story');
}

/**
 * What is opened from the menu.
 * @param {import('playwright-core').Page} page
 */
async function takeTools(page) {
  const shot = (/** @type {string} */ what) => page.screenshot({ path: `${values.out}/desktop-light-${what}.png` });
  const close = () => page.keyboard.press('Escape');
  await ask(page, 'Tell me a story about a cat.');
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Routing analysis' }).waitFor();
  await shot('commands');
  await close();

  await page.getByRole('button', { name: /^Models, now/ }).click();
  await page.locator('.advice[aria-busy="false"]').waitFor({ timeout: ANSWER_MS });
  await shot('models');
  await page.getByRole('button', { name: 'Add a model' }).click();
  await page.getByLabel('Web address or Hugging Face name').fill(`${url}refs/a/model-q4_0.gguf`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).waitFor({ timeout: ANSWER_MS });
  await shot('import');
  await close();
  await close();

  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('button', { name: 'Routing analysis', exact: true }).click();
  await page.getByRole('button', { name: 'Fill in an example' }).click();
  await page.getByRole('button', { name: /^Analyse with/ }).click();
  const results = page.getByRole('heading', { name: /^Results/ });
  await results.waitFor({ timeout: ANSWER_MS });
  await results.evaluate((heading) => heading.scrollIntoView());
  await shot('analysis');
  await page.getByRole('button', { name: 'Prune experts' }).click();
  await page.getByRole('slider', { name: 'Experts to keep in each layer' }).waitFor();
  await shot('pruning');
  await close();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command, chat or model' }).fill('简体中文');
  await page.getByRole('option', { name: /简体中文$/ }).click();
  await page.getByRole('button', { name: '新对话' }).click();
  await page.locator('html[lang="zh-Hans"] .suggestions').waitFor();
  await shot('chinese');
}
