import type { BrowserContext, Page } from '@playwright/test';
import { type app, atFirstWords, expect, finished, openReady, test } from './fixtures';

/** Real tabs of one browser profile, which share one engine. */
type Parts = ReturnType<typeof app>;

const QUESTION = 'What do cats like?';

const engines = (page: Page) => page.workers().filter((worker) => worker.url().includes('engine.worker')).length;
const shared = (parts: Parts) => parts.panel.getByText('Shared with another tab');

async function openTab(context: BrowserContext): Promise<{ page: Page; parts: Parts }> {
  const page = await context.newPage();
  return { page, parts: await openReady(page) };
}

async function ask(parts: Parts, question: string): Promise<void> {
  await parts.prompt.fill(question);
  await parts.prompt.press('Enter');
  await expect(parts.lastAnswer).toHaveAttribute('aria-busy', /true|false/);
}

/** The words that a tab gets for a question when it is asked first, and alone. */
async function alone(context: BrowserContext, question: string): Promise<string> {
  const { page, parts } = await openTab(context);
  await ask(parts, question);
  const text = await finished(parts);
  await page.close();
  return text;
}

test.beforeEach(({ context }) =>
  context.addInitScript(
    (settings) => {
      localStorage.setItem('mixtab.settings', settings);
    },
    JSON.stringify({ seed: 42, temperature: 0.9, maxTokens: 160 }),
  ),
);

test('two tabs ask one engine at the same time, and each gets what it would get alone', async ({ context }) => {
  const expected = await alone(context, QUESTION);
  const first = await openTab(context);
  const second = await openTab(context);
  await expect(shared(second.parts)).toBeVisible();
  await expect(shared(first.parts)).toHaveCount(0);
  await first.parts.story.click();
  await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
  await ask(second.parts, QUESTION);
  expect(await finished(second.parts)).toBe(expected);
  expect((await finished(first.parts)).length).toBeGreaterThan(0);
  expect([engines(first.page), engines(second.page)]).toEqual([1, 0]);
  const onGpu = await first.parts.figure('On the GPU').textContent();
  await expect(second.parts.figure('On the GPU')).toHaveText(onGpu ?? '');

  await second.parts.budget.focus();
  await second.page.keyboard.press('Home');
  const least = (await second.parts.budget.getAttribute('aria-valuetext')) ?? '';
  await expect(first.parts.budget).toHaveAttribute('aria-valuetext', least);
});

test('the tab that runs the engine closes in mid-answer: what the other one had asked meanwhile is answered whole', async ({
  context,
}) => {
  const expected = await alone(context, QUESTION);
  const first = await openTab(context);
  const second = await openTab(context);
  await first.parts.story.click();
  await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
  await ask(second.parts, QUESTION);
  await first.page.close();
  expect(await finished(second.parts)).toBe(expected);
  await expect(second.parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
  await expect(shared(second.parts)).toHaveCount(0);
  await expect(second.parts.alert).toHaveCount(0);
  expect(engines(second.page)).toBe(1);
});

test('an answer goes on when the tab that computes it goes elsewhere: no word is lost or said twice', async ({
  context,
}) => {
  const expected = await alone(context, QUESTION);
  const first = await openTab(context);
  const second = await openTab(context);
  const third = await openTab(context);
  await first.page.evaluate(() => {
    new BroadcastChannel('leave').onmessage = () => location.assign('about:blank');
  });
  await ask(second.parts, QUESTION);
  await atFirstWords(second.page, () => new BroadcastChannel('leave').postMessage(''));
  await expect(second.parts.lastAnswer).toHaveAttribute('aria-busy', 'true');
  await ask(third.parts, QUESTION);
  expect(await finished(second.parts)).toBe(expected);
  expect(await finished(third.parts)).toBe(expected);
  expect(engines(second.page) + engines(third.page)).toBe(1);
});

test('a tab that crashes keeps nobody waiting', async ({ context }) => {
  const first = await openTab(context);
  const second = await openTab(context);
  const third = await openTab(context);
  const crashed = first.page.waitForEvent('crash');
  const crasher = await context.newCDPSession(first.page);
  crasher.send('Page.crash').catch(() => {}); // There is nobody left to answer.
  await crashed;
  await ask(third.parts, QUESTION);
  expect((await finished(third.parts)).length).toBeGreaterThan(0);
  expect(engines(second.page)).toBe(1);
});

test('stop in one tab stops its answer alone', async ({ context }) => {
  const first = await openTab(context);
  const second = await openTab(context);
  await first.parts.story.click();
  await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
  await second.parts.story.click();
  await second.parts.stop.click();
  await expect(second.parts.lastAnswer).toHaveAttribute('data-status', 'stopped');
  await finished(first.parts);
  await expect(first.parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
  await ask(second.parts, QUESTION);
  expect((await finished(second.parts)).length).toBeGreaterThan(0);
});
