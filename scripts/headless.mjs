import { findChromium, gpuArgSets, QUIET_ARGS } from './chromium.mjs';

/**
 * Opens a page in headless Chromium, on the machine's GPU if that gives WebGPU, else on SwiftShader.
 * @param {string} url
 * @param {{ profileDir?: string | undefined, args?: string[], onPage?: (page: import('playwright-core').Page) => Promise<void> }} [options]
 *   profileDir: default a new one, removed at the end; onPage: called before the page goes to the URL
 * @returns {Promise<{ context: import('playwright-core').BrowserContext, page: import('playwright-core').Page }>}
 */
export async function openHeadless(url, { profileDir = '', args = [], onPage } = {}) {
  // Imported late: the set-up that installs it runs in the same process.
  const { chromium } = await import('playwright-core');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium');
  const argSets = gpuArgSets();
  for (const [index, gpuArgs] of argSets.entries()) {
    const context = await chromium.launchPersistentContext(profileDir, {
      executablePath,
      headless: true,
      args: [...QUIET_ARGS, ...gpuArgs, ...args],
      // Whoever opened it closes it, in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      await onPage?.(page);
      await page.goto(url);
      const isLast = index === argSets.length - 1;
      if (isLast || (await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())))) {
        return { context, page };
      }
    } catch (error) {
      await context.close();
      throw error;
    }
    await context.close();
  }
  throw new Error('unreachable: the last set of arguments is taken as it is');
}
