import type { BrowserContext, Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { openHeadless } from '../../scripts/headless.mjs';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessEvent } from '../headless/api';

/** IndexedDB belongs to an origin, and a free port would make each run a new one: the browser maps this name to the port instead. */
const HOST = 'mixtab.localhost';
const START_MS = 60_000;

export interface HeadlessOptions {
  /** Port of the server of the built app. */
  port: number;
  profileDir: string | undefined;
  onEvent: (event: HeadlessEvent) => void;
}

/** Starts headless Chromium on the headless page and waits until its engine can be called. */
export async function openHeadlessPage({ port, profileDir, onEvent }: HeadlessOptions) {
  const chromium = findChromium();
  if (!chromium) {
    throw new MixtabError(
      'webgpu-unavailable',
      "Chromium: expected one in MIXTAB_CHROMIUM, Playwright's cache or the system, got none",
      'Install one with `npx playwright install --with-deps chromium`, or set MIXTAB_CHROMIUM to its path.',
    );
  }
  try {
    const opened = await openHeadless(`http://${HOST}/bin/headless/index.html`, {
      profileDir,
      args: [`--host-resolver-rules=MAP ${HOST}:80 127.0.0.1:${port}`],
      async onPage(page) {
        if (process.env.MIXTAB_DEBUG) page.on('console', (message) => console.error(`[page] ${message.text()}`));
        await page.exposeFunction('mixtabEvent', onEvent);
      },
    });
    await opened.page.waitForFunction(() => 'mixtabHeadless' in window, undefined, { timeout: START_MS });
    return opened;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const profile = profileDir ? ` and that no other browser uses ${profileDir}` : '';
    throw new MixtabError(
      'internal',
      `Chromium: expected it to open the headless page, got "${reason}"`,
      `Check that \`${chromium}\` starts${profile}; MIXTAB_DEBUG=1 shows what the page prints.`,
      {},
      error,
    );
  }
}

/** Rejects when the browser or the page dies, or when `signal` aborts: a call on a page that is gone may else never settle. */
export function endOf(context: BrowserContext, page: Page, signal: AbortSignal): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    const died = (what: string) => () => {
      const hint = 'Run it again; if memory is short, with a smaller --budget-mb.';
      reject(
        new MixtabError('worker-died', `${what}: expected it to run until the answer is done, but it ended`, hint),
      );
    };
    page.once('crash', died('Page'));
    page.once('close', died('Page'));
    context.once('close', died('Chromium'));
    const abort = () => reject(new MixtabError('aborted', 'interrupted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  // Nobody may be waiting when the session is closed in the ordinary way.
  end.catch(() => {});
  return end;
}
