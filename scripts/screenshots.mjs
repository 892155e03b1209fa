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
      const page = await browser.newPage({ ...options, colorScheme, reducedMotion: 'reduce' });
      await takePictures(page, `${size}-${colorScheme}`);
      await page.close();
    }
  }
  await takeWidget();
} finally {
  await browser.close();
  await close();
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
 * @param {string} name
 */
async function takePictures(page, name) {
  await page.addInitScript((settings) => localStorage.setItem('mixtab.settings', settings), JSON.stringify(SETTINGS));
  await page.goto(url);
  const story = page.getByRole('button', { name: 'Tell me a story about a cat.' });
  await story.waitFor({ timeout: ANSWER_MS });
  await page.screenshot({ path: `${values.out}/${name}-empty.png` });
  await story.click();
  await page.locator('[data-status="done"], [data-status="length"]').last().waitFor({ timeout: ANSWER_MS });
  await page.screenshot({ path: `${values.out}/${name}-story.png` });
  const memory = page.getByRole('button', { name: 'Memory', exact: true });
  if (await memory.isVisible()) {
    await memory.click();
    await page.screenshot({ path: `${values.out}/${name}-memory.png` });
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: /^Models, now/ }).click();
  await page.getByRole('button', { name: 'Add a model' }).click();
  await page.getByLabel('Web address or Hugging Face name').fill(`${url}refs/a/model-q4_0.gguf`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  const start = page.getByRole('button', { name: 'Import', exact: true });
  await start.waitFor({ timeout: ANSWER_MS });
  await page.screenshot({ path: `${values.out}/${name}-import.png` });
  await start.click();
  await page.locator('.import-bar[data-kind="done"]').waitFor({ state: 'attached', timeout: ANSWER_MS });
  await page.screenshot({ path: `${values.out}/${name}-models.png` });
}
