import { openHeadless } from './headless.mjs';
import { SetupError } from './setup.mjs';

export const QUESTION = 'Tell me a story about a cat.';
/** Without a GPU the first load compiles shaders for the CPU; longer than this is a fault. */
const PATIENCE_MS = 180_000;

/**
 * Uses the app as a person would: waits for the model, asks for a story, and hands on the answer's text as it grows on the page.
 * @param {string} url
 * @param {(text: string) => void} write
 * @param {AbortSignal} signal closes the browser, also after the story
 * @returns {Promise<void>} settles when the answer is done; the browser stays on the page
 */
export async function tellStory(url, write, signal) {
  const { context, page } = await openHeadless(url);
  signal.addEventListener('abort', () => void context.close(), { once: true });
  page.setDefaultTimeout(PATIENCE_MS);
  const ready = page.getByRole('button', { name: 'Send', disabled: false });
  const problem = page.getByRole('alert');
  await ready.or(problem).first().waitFor();
  if (await ready.isVisible()) {
    await page.getByRole('textbox').fill(QUESTION);
    await page.getByRole('textbox').press('Enter');
  }
  for (let written = 0, busy = true; busy; ) {
    const found = await (await page.waitForFunction(readAnswer, written)).jsonValue();
    if (!found) continue;
    if (found.problem) throw new SetupError(`The page reports: ${found.problem}`);
    write(found.text.slice(written));
    written = found.text.length;
    busy = found.busy;
  }
}

/** Runs in the page: what to report once there is a problem, more text than `written` characters, or the answer's end. */
function readAnswer(/** @type {number} */ written) {
  const alert = document.querySelector('[role=alert] p');
  const answer = [...document.querySelectorAll('article[aria-label=Answer]')].at(-1);
  const prose = answer?.querySelector('.prose');
  // As a reader sees it, with breaks between paragraphs.
  // biome-ignore lint/performance/useDomNodeTextContent: its text content has none
  const read = (/** @type {Element | null | undefined} */ part) => (part instanceof HTMLElement ? part.innerText : '');
  const problem = read(alert).replace(/\s*\n\s*/g, '. ');
  const text = read(prose);
  const busy = answer?.getAttribute('aria-busy') === 'true';
  return (problem || text.length > written || (answer && !busy)) && { problem, text, busy };
}
