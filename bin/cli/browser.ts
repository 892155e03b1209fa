import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium, gpuArgs, QUIET_ARGS } from '../../scripts/chromium.mjs';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessEvent } from '../headless/api';

/** IndexedDB belongs to an origin, and a free port would make each run a new one: the browser maps this name to the port instead. */
const ORIGIN = 'http://mixtab.localhost';
const START_MS = 60_000;

/** Starts headless Chromium, which reaches the server on `port` under one name in every run. */
export async function launchBrowser(port: number, profileDir: string | undefined): Promise<BrowserContext> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new MixtabError(
      'webgpu-unavailable',
      `Chromium: expected one in MIXTAB_CHROMIUM (${process.env.MIXTAB_CHROMIUM ?? 'not set'}), Playwright's cache or the system, got none`,
      'Install one with `npx playwright install --with-deps chromium`.',
    );
  }
  const hostRule = `--host-resolver-rules=MAP ${new URL(ORIGIN).hostname}:80 127.0.0.1:${port}`;
  try {
    return await chromium.launchPersistentContext(profileDir ?? '', {
      executablePath,
      headless: true,
      args: [...QUIET_ARGS, ...gpuArgs(), hostRule],
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const hint = profileDir
      ? `Check that no other browser uses ${profileDir}, and that \`${executablePath}\` starts.`
      : `Check that \`${executablePath}\` starts.`;
    throw new MixtabError('internal', `Chromium: expected it to start, got "${reason}"`, hint, {}, error);
  }
}

/** Opens the headless page and waits until its engine can be called. */
export async function openHeadlessPage(page: Page, onEvent: (event: HeadlessEvent) => void): Promise<void> {
  if (process.env.MIXTAB_DEBUG) page.on('console', (message) => console.error(`[page] ${message.text()}`));
  await page.exposeFunction('mixtabEvent', onEvent);
  const broken = new Promise<never>((_, reject) => {
    page.once('pageerror', (error) => reject(new MixtabError('internal', `headless page: ${error.message}`)));
  });
  // A later error of the page is not ours to report: the call that it spoils rejects.
  broken.catch(() => {});
  await page.goto(`${ORIGIN}/bin/headless/index.html`);
  await Promise.race([
    page.waitForFunction(() => 'mixtabHeadless' in window, undefined, { timeout: START_MS }),
    broken,
  ]);
}

/** Rejects when the browser or the page dies, or when `signal` aborts; a call on a page that is gone may else never settle. */
export function endOf(context: BrowserContext, page: Page, signal: AbortSignal): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    const died = (what: string) =>
      reject(
        new MixtabError(
          'worker-died',
          `${what} ended in the middle of its work`,
          'Run it again, with a smaller --budget-mb if memory is short.',
        ),
      );
    page.once('crash', () => died('The page'));
    page.once('close', () => died('The page'));
    context.once('close', () => died('Chromium'));
    const abort = () => reject(new MixtabError('aborted', 'interrupted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  end.catch(() => {});
  return end;
}
