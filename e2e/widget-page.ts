import { fileURLToPath } from 'node:url';
import { test as base, expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { buildPackage } from '../scripts/package.mjs';
import { serve } from '../scripts/serve.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The policy that the guide gives to sites that allow nothing they do not need. */
export const POLICY = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'",
};

interface PageOptions {
  lang?: string;
  /** Style sheet. Default: {@link BOTH_THEMES}. */
  css?: string;
  /** Default: {@link POLICY}. */
  policy?: typeof POLICY | null;
}

const BOTH_THEMES = ':root { color-scheme: light dark; }';

export interface Site {
  url: string;
  /** The example page, or these elements alone in a page. */
  open(page: Page, elements?: string, options?: PageOptions): Promise<void>;
}

/** `site`: examples/widget under {@link POLICY}, with the built package beside it. */
export const test = base.extend<object, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
    async ({}, use) => {
      const built = await buildPackage(ROOT);
      const pages = new Map<string, PageOptions & { html: string }>();
      const pageAt = (url = '') => pages.get(new URL(url, 'http://localhost').searchParams.get('id') ?? '');
      const server = await serve({
        root: fileURLToPath(new URL('../examples/widget', import.meta.url)),
        mounts: { '/mixtab/': built },
        headers: POLICY,
        routes: {
          'GET /page.html': (request, response) => {
            const { html, policy } = pageAt(request.url) ?? {};
            if (policy === null) response.removeHeader('Content-Security-Policy');
            response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
          },
          'GET /page.css': (request, response) => {
            response.setHeader('Content-Type', 'text/css').end(pageAt(request.url)?.css ?? BOTH_THEMES);
          },
        },
      });
      const open: Site['open'] = async (page, elements, options = {}) => {
        const id = String(pages.size);
        if (elements !== undefined) pages.set(id, { ...options, html: pageOf(elements, id, options) });
        await page.goto(elements === undefined ? server.url : `${server.url}page.html?id=${id}`);
        await page.waitForFunction(() => customElements.get('mixtab-chat') !== undefined);
      };
      await use({ url: server.url, open });
      await server.close();
    },
    { scope: 'worker' },
  ],
});

export { expect };

function pageOf(elements: string, id: string, { lang = 'en' }: PageOptions): string {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Page</title>
    <link rel="icon" href="./icon.svg"><link rel="stylesheet" href="./page.css?id=${id}">
    <script type="module" src="./mixtab/widget.js"></script></head>
    <body><main><h1>Page</h1>${elements}</main></body></html>`;
}

/** One widget by roles and names, as a person or a screen reader finds its parts. */
export function widget(place: Page | FrameLocator | Locator) {
  const answers = place.getByRole('article', { name: 'Answer' });
  return {
    box: place.getByRole('textbox', { name: 'Message' }),
    send: place.getByRole('button', { name: 'Send' }),
    stop: place.getByRole('button', { name: 'Stop' }),
    log: place.getByRole('log'),
    answers,
    answer: answers.last(),
    text: answers.last().locator('.prose'),
    progress: place.getByRole('progressbar'),
    alert: place.getByRole('alert'),
  };
}

/** Writes into the box and presses Enter. */
export async function ask(parts: ReturnType<typeof widget>, question: string): Promise<void> {
  await parts.box.fill(question);
  await parts.box.press('Enter');
}

/** Escape, or a click, on what has the focus in a page's one widget, as soon as its answer has its first words: a short one would be over before a call comes. */
export async function atFirstWords(page: Page, act: 'Escape' | 'click'): Promise<void> {
  // A strict policy forbids the strings of which `waitForFunction` makes its code.
  await page.evaluate(async (what) => {
    const shadow = document.querySelector('mixtab-chat')?.shadowRoot;
    const words = () => shadow?.querySelector('article[aria-busy=true] .prose')?.textContent;
    while (!words()) await new Promise(requestAnimationFrame);
    const focused = shadow?.activeElement as HTMLElement | null;
    if (what === 'click') focused?.click();
    else focused?.dispatchEvent(new KeyboardEvent('keydown', { key: what, bubbles: true, composed: true }));
  }, act);
}

/** The last answer's text, once it is whole. */
export async function answered(parts: ReturnType<typeof widget>): Promise<string> {
  await expect(parts.answer).toHaveAttribute('data-status', /done|length/);
  return (await parts.text.textContent()) ?? '';
}

/** A first sentence of the embedded model's. */
export const STORY = /(\w+[ ,]+){8}/;

/** Adds up what goes wrong in a page: errors, and what its policy forbids. */
export function troubles(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  return found;
}
