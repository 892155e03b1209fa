import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';

export const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** Tests of the app: `page.goto('./')` opens it, served from dist/ on a free port. */
export const test = base.extend<object, { appUrl: string }>({
  appUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
    async ({}, use) => {
      const server = await serve({ root: DIST });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ appUrl }, use) => use(appUrl),
});

export { expect };

/** The app by roles and names, as a person or a screen reader finds its parts. */
export function app(page: Page) {
  const answers = page.getByRole('article', { name: 'Answer' });
  return {
    prompt: page.getByRole('textbox', { name: 'Message' }),
    send: page.getByRole('button', { name: 'Send' }),
    stop: page.getByRole('button', { name: 'Stop' }),
    newChat: page.getByRole('button', { name: 'New chat' }),
    answers,
    lastAnswer: answers.last(),
    panel: page.getByRole('complementary', { name: 'Memory and experts' }),
    budget: page.getByRole('slider', { name: 'GPU memory' }),
    alert: page.getByRole('alert'),
    settings: page.getByRole('dialog', { name: 'Settings' }),
    menu: page.getByRole('button', { name: 'Menu', exact: true }),
    openSettings: page.getByRole('button', { name: 'Settings', exact: true }),
    figure: (label: string) => page.getByRole('definition').and(page.locator(`dt:text-is("${label}") + dd`)),
    story: page
      .getByRole('list', { name: 'Suggested prompts' })
      .getByRole('button', { name: 'Tell me a story about a cat.' }),
  };
}

/** Opens the app and waits until the model can be asked. */
export async function openReady(page: Page): Promise<ReturnType<typeof app>> {
  await page.goto('./');
  const parts = app(page);
  await expect(parts.send).toBeEnabled();
  return parts;
}

/** The text of an answer without its buttons, once it is no longer being written. */
export async function finished(parts: ReturnType<typeof app>): Promise<string> {
  await expect(parts.lastAnswer).toHaveAttribute('aria-busy', 'false');
  return (await parts.lastAnswer.locator('.prose').textContent()) ?? '';
}

/** Does something in the page as soon as an answer has its first words: a short one would be over before a call from here comes. */
export async function atFirstWords(page: Page, act: () => void): Promise<void> {
  await page.waitForFunction(`(() => {
    const prose = document.querySelector('article[aria-label=Answer][aria-busy=true] .prose');
    if (prose?.textContent) (${act})();
    return Boolean(prose?.textContent);
  })()`);
}

/** Sets a setting that bounds the answer, for tests that need no long one. */
export async function limitTokens(page: Page, tokens: number): Promise<void> {
  const { openSettings, menu, settings } = app(page);
  // On a phone they are in the header's menu.
  if (!(await openSettings.isVisible())) await menu.click();
  await openSettings.click();
  await settings.getByLabel('Most tokens in an answer').fill(String(tokens));
  await page.keyboard.press('Escape');
  await expect(settings).toBeHidden();
}

export const WORKER = '**/assets/engine.worker-*.js';

/** For {@link routeWorker}: WebGPU is there, but no graphics adapter. */
export const NO_ADAPTER = 'if (navigator.gpu) Object.getPrototypeOf(navigator.gpu).requestAdapter = async () => null;';

/** Runs a script in the engine's worker before its own: init scripts do not run there. */
export async function routeWorker(page: Page, script: string): Promise<void> {
  await page.route(WORKER, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
}
