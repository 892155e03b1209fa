import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { buildApp } from '../scripts/build.mjs';
import { findChromium, gpuArgSets, QUIET_ARGS } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';
import { PAGE_MARK, tasksOf } from './main-thread.mjs';

/**
 * What the page's main thread does while an answer streams into a long conversation with the router window open:
 * `node bench/frames.mjs [--messages 200] [--tokens 150] [--colors] [--dist dist] [--json]`.
 *
 * On a machine whose GPU is a program on its CPU the engine takes the cores that the page needs, so that a task may last long without doing
 * much. Two things tell what of a task's time is the page's own: its CPU time, and a page beside it that spins 2 ms at a time.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '200' },
    tokens: { type: 'string', default: '150' },
    colors: { type: 'boolean', default: false },
    dist: { type: 'string' },
    trace: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const ANSWER_MS = 300_000;
const SPIN_MS = 2;

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = values.dist ?? (await buildApp(root, (line) => console.error(line)));
const { url, close } = await serve({ root: dist, port: 0 });
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: [...QUIET_ARGS, ...(gpuArgSets()[0] ?? [])],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(
    (settings) => localStorage.setItem('mixtab.settings', settings),
    JSON.stringify({ seed: 3 }),
  );
  await page.goto(url);
  await page.getByRole('button', { name: 'Send' }).and(page.locator(':enabled')).waitFor({ timeout: ANSWER_MS });
  await page.locator('#chats input[type=file]').setInputFiles({
    name: 'long.json',
    mimeType: 'application/json',
    buffer: Buffer.from(longChat(Number(values.messages))),
  });
  await page
    .getByRole('complementary', { name: 'Chats' })
    .getByRole('button', { name: 'A long one', exact: true })
    .click();
  await page.getByRole('article').first().waitFor();
  if (values.colors) await page.getByLabel('Colour answers by the expert of').selectOption('Layer 0');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Most tokens in an answer').fill(values.tokens);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Router' }).scrollIntoViewIfNeeded();
  await page.getByRole('textbox', { name: 'Message' }).fill('Tell me a long story about a cat.');

  const beside = await browser.newPage();
  await beside.evaluate((ms) => {
    setInterval(() => {
      for (const end = performance.now() + ms; performance.now() < end; );
    }, 16);
  }, SPIN_MS);
  await page.bringToFront();
  const idle = await traced(page, () => page.waitForTimeout(3000));
  const streamed = await traced(page, async () => {
    await page.keyboard.press('Enter');
    await page.locator('[aria-busy=true]').waitFor();
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached', timeout: ANSWER_MS });
  });
  const notes = await page.locator('.message-notes').last().textContent();
  const report = { answer: notes, idle: idle.page, streaming: streamed.page, spinning: streamed.beside };
  console.log(values.json ? JSON.stringify(report) : table(report));
} finally {
  await browser.close();
  await close();
}

/**
 * Tasks of the page's main thread, and of the page beside it, while something is done.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<void>} act
 */
async function traced(page, act) {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', '__metadata'], ...pathOf() });
  await page.evaluate((name) => performance.mark(name), PAGE_MARK);
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString());
  return tasksOf(trace.traceEvents, SPIN_MS);
}

function pathOf() {
  return values.trace ? { path: values.trace } : {};
}

/** @param {number} messages */
function longChat(messages) {
  const common = { createdAt: 0, files: [] };
  const entries = Array.from({ length: messages }, (_, n) => ({
    ...common,
    ...{ id: `m${n}`, parent: n === 0 ? null : `m${n - 1}` },
    ...(n % 2 === 0
      ? { role: 'user', text: `Question ${n / 2 + 1}: what did the cat do then?` }
      : {
          ...{ role: 'assistant', status: 'done', by: null, figures: null, forgotten: 0 },
          text: `The cat went **home**, and slept.\n\n- It dreamt of \`mice\`.\n- It woke at ${n}.\n\n\`\`\`js\nsleep(${n});\n\`\`\``,
        }),
  }));
  const leaf = `m${messages - 1}`;
  const conversation = { id: 'long', title: 'A long one', system: '', createdAt: 0, updatedAt: 1, leaf };
  return JSON.stringify({ format: 'mixtab-chats', version: 1, conversations: [{ conversation, messages: entries }] });
}

/** @param {{ answer: string | null } & Record<string, unknown>} report */
function table({ answer, ...parts }) {
  const rows = Object.entries(parts).map(([name, of]) => {
    const t = /** @type {import('./main-thread.mjs').Tasks} */ (of);
    const cells = [
      t.count,
      t.medianMs,
      t.p99Ms,
      t.longestMs,
      t.over16,
      t.over50,
      t.longestCpuMs,
      t.cpuOver16,
      t.cpuOver50,
    ];
    return `| ${name} | ${cells.map((cell) => (Number.isInteger(cell) ? cell : cell.toFixed(2))).join(' | ')} |`;
  });
  const head =
    '| main thread | tasks | median, ms | 99%, ms | longest, ms | over 16 | over 50 | longest, CPU ms | CPU over 16 | CPU over 50 |';
  return `${answer}\n\n${head}\n| --- | ${'---: | '.repeat(9).trim()}\n${rows.join('\n')}`;
}
