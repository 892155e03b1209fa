import type { BrowserContext, Page } from '@playwright/test';
import { type app, atFirstWords, expect, finished, openReady, test } from './fixtures';

/** Real tabs of one browser profile, which share one engine. */
type Parts = ReturnType<typeof app>;

const QUESTION = 'What do cats like?';
const STORY = 'Tell me a story about a cat.';

const engines = (page: Page) => page.workers().filter((worker) => worker.url().includes('engine.worker')).length;
const shared = (parts: Parts) => parts.panel.getByText('Shared with another tab');

async function openTab(context: BrowserContext): Promise<{ page: Page; parts: Parts }> {
  const page = await context.newPage();
  return { page, parts: await openReady(page) };
}

/** Asks in a new chat: what was said before would change the answer. */
async function askAnew(parts: Parts, question: string): Promise<void> {
  if (await parts.newChat.isEnabled()) await parts.newChat.click();
  await ask(parts, question);
}

async function ask(parts: Parts, question: string): Promise<void> {
  await parts.prompt.fill(question);
  await parts.prompt.press('Enter');
  await expect(parts.lastAnswer).toHaveAttribute('aria-busy', /true|false/);
}

test.beforeEach(({ context }) =>
  context.addInitScript(
    (settings) => {
      localStorage.setItem('mixtab.settings', settings);
    },
    JSON.stringify({ seed: 42, temperature: 0.9, maxTokens: 160 }),
  ),
);

test('tabs ask one engine, also when the one that runs it closes, goes elsewhere or crashes', async ({ context }) => {
  const first = await openTab(context);
  await ask(first.parts, QUESTION);
  // What a tab gets when it is asked first, and alone.
  const expected = await finished(first.parts);
  const second = await openTab(context);
  await expect(shared(second.parts)).toBeVisible();
  await expect(shared(first.parts)).toHaveCount(0);

  await test.step('two ask at the same time, and each gets what it would get alone', async () => {
    await askAnew(first.parts, STORY);
    await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
    await ask(second.parts, QUESTION);
    expect(await finished(second.parts)).toBe(expected);
    expect((await finished(first.parts)).length).toBeGreaterThan(0);
    expect([engines(first.page), engines(second.page)]).toEqual([1, 0]);
  });

  await test.step('stop in one tab stops its answer alone', async () => {
    await askAnew(first.parts, STORY);
    await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
    await askAnew(second.parts, STORY);
    await second.parts.stop.click();
    await expect(second.parts.lastAnswer).toHaveAttribute('data-status', 'stopped');
    await finished(first.parts);
    await expect(first.parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
    await askAnew(second.parts, QUESTION);
    expect(await finished(second.parts)).toBe(expected);
  });

  await test.step('the tab that runs the engine closes in mid-answer: what the other one had asked meanwhile is answered whole', async () => {
    await askAnew(first.parts, STORY);
    await expect(first.parts.lastAnswer.locator('.prose')).not.toBeEmpty();
    await askAnew(second.parts, QUESTION);
    await first.page.close();
    expect(await finished(second.parts)).toBe(expected);
    await expect(second.parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
    await expect(shared(second.parts)).toHaveCount(0);
    await expect(second.parts.alert).toHaveCount(0);
    expect(engines(second.page)).toBe(1);
  });

  const third = await openTab(context);
  const fourth = await openTab(context);
  await test.step('a tab that crashes keeps nobody waiting', async () => {
    const crashed = second.page.waitForEvent('crash');
    const crasher = await context.newCDPSession(second.page);
    crasher.send('Page.crash').catch(() => {}); // There is nobody left to answer.
    await crashed;
    await ask(fourth.parts, QUESTION);
    expect(await finished(fourth.parts)).toBe(expected);
    expect([engines(third.page), engines(fourth.page)]).toEqual([1, 0]);
  });

  const fifth = await openTab(context);
  await test.step('an answer goes on when the tab that computes it goes elsewhere: no word is lost or said twice', async () => {
    await third.page.evaluate(() => {
      new BroadcastChannel('leave').onmessage = () => location.assign('about:blank');
    });
    await askAnew(fourth.parts, QUESTION);
    await atFirstWords(fourth.page, () => new BroadcastChannel('leave').postMessage(''));
    await expect(fourth.parts.lastAnswer).toHaveAttribute('aria-busy', 'true');
    await ask(fifth.parts, QUESTION);
    expect(await finished(fourth.parts)).toBe(expected);
    expect(await finished(fifth.parts)).toBe(expected);
    expect(engines(fourth.page) + engines(fifth.page)).toBe(1);
  });
});
