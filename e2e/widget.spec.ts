import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import type { MixtabChat } from '../src/widget/index';
import { answered, ask, atFirstWords, expect, STORY, test, troubles, widget } from './widget-page';

const SHORT = 'max-tokens="24" temperature="0"';
const QUESTION = 'Tell me a story about a cat.';
const ENGINE = /engine\.worker\.js$/;

/** How often the engine's script was started, from now on. */
function countEngines(page: Page): () => number {
  let count = 0;
  page.on('worker', (worker) => {
    if (ENGINE.test(worker.url())) count++;
  });
  return () => count;
}

test('a plain page under a strict policy has an answer, and asks its own origin alone', async ({ page, site }) => {
  const wrong = troubles(page);
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  await site.open(page);
  const parts = widget(page);
  await page.getByRole('button', { name: 'A cat' }).click();
  await expect(parts.progress).toBeVisible();
  expect(await answered(parts)).toMatch(STORY);
  await expect(page.getByText('tiny · on this device')).toBeVisible();
  await expect(parts.progress).toHaveCount(0);
  expect([wrong, foreign]).toEqual([[], []]);
});

test('before its first use it is light, and nothing of the engine is fetched', async ({ page, site }) => {
  const bodies: Promise<Buffer>[] = [];
  const asked: string[] = [];
  const workers = countEngines(page);
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/mixtab/')) return;
    asked.push(pathname);
    bodies.push(response.body());
  });
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat>`);
  const parts = widget(page);
  await expect(parts.send).toBeVisible();
  await page.waitForLoadState('networkidle');
  const before = [...asked];
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(before).toContain('/mixtab/widget.js');
  expect(before.filter((path) => /worker|models/.test(path))).toEqual([]);
  expect(bytes).toBeLessThan(60_000);
  expect(workers()).toBe(0);

  await ask(parts, QUESTION);
  await answered(parts);
  expect(asked.filter((path) => ENGINE.test(path))).toHaveLength(1);
  expect(workers()).toBe(1);
});

test('elements that ask for the same share one engine, one that asks for another budget has its own', async ({
  page,
  site,
}) => {
  const engines = countEngines(page);
  await site.open(
    page,
    `<mixtab-chat id="a" ${SHORT}></mixtab-chat><mixtab-chat id="b" ${SHORT}></mixtab-chat>
     <mixtab-chat id="c" budget-mb="11" ${SHORT}></mixtab-chat>`,
  );
  const [a, b, c] = ['#a', '#b', '#c'].map((id) => widget(page.locator(id)));
  if (!a || !b || !c) throw new Error('three elements');
  await ask(a, QUESTION);
  await ask(b, QUESTION);
  const [first, second] = [await answered(a), await answered(b)];
  expect(first).toMatch(STORY);
  expect(second).toBe(first);
  expect(engines()).toBe(1);
  await ask(c, QUESTION);
  expect(await answered(c)).toBe(first);
  expect(engines()).toBe(2);
});

test('tabs share the engine, unless an element asks for a budget', async ({ page, context, site }) => {
  const other = await context.newPage();
  const [engines, others] = [countEngines(page), countEngines(other)];
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat>`);
  await site.open(
    other,
    `<mixtab-chat id="a" ${SHORT}></mixtab-chat><mixtab-chat id="b" budget-mb="11" ${SHORT}></mixtab-chat>`,
  );
  const [here, there, own] = [widget(page), widget(other.locator('#a')), widget(other.locator('#b'))];
  await ask(here, QUESTION);
  const first = await answered(here);
  await ask(there, QUESTION);
  expect(await answered(there)).toBe(first);
  expect([engines(), others()]).toEqual([1, 0]);
  await ask(own, QUESTION);
  expect(await answered(own)).toBe(first);
  expect([engines(), others()]).toEqual([1, 1]);
});

test('an element that is moved keeps its engine and its chat; the last one that goes frees it', async ({
  page,
  site,
}) => {
  const engines = countEngines(page);
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat><section></section>`);
  const parts = widget(page);
  await ask(parts, QUESTION);
  await answered(parts);
  const [worker] = page.workers();
  const gone = worker?.waitForEvent('close');
  await page.evaluate(() => document.querySelector('section')?.append(document.querySelector('mixtab-chat') ?? ''));
  await ask(parts, 'And then?');
  await answered(parts);
  await expect(parts.answers).toHaveCount(2);
  expect(engines()).toBe(1);

  await page.evaluate(() => {
    Object.assign(window, { kept: document.querySelector('mixtab-chat') });
    document.querySelector('mixtab-chat')?.remove();
  });
  await gone;
  await page.evaluate(() => document.body.append((window as unknown as { kept: Element }).kept));
  await expect(parts.answers).toHaveCount(2);
  await ask(parts, 'Once more.');
  await answered(parts);
  expect(engines()).toBe(2);
});

test('methods, properties and events do what the guide says', async ({ page, site }) => {
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat>`);
  const told = await page.evaluate(async (question) => {
    const chat = document.querySelector('mixtab-chat') as MixtabChat;
    const events: string[] = [];
    const heard: Record<string, unknown[]> = {};
    for (const name of ['ready', 'progress', 'message', 'delta', 'error'].map((end) => `mixtab-${end}`)) {
      document.addEventListener(name, (event) => {
        if (events.at(-1) !== name) events.push(name);
        heard[name] = [...(heard[name] ?? []), (event as CustomEvent).detail];
      });
    }
    const before = chat.engine;
    const sent = chat.send(question);
    const second = await chat.send('Too early').catch((error) => error.code);
    const answer = await sent;
    const deltas = (heard['mixtab-delta'] as { text: string }[]).map(({ text }) => text).join('');
    const { origin, model } = chat.engine ?? {};
    const { messages } = chat;
    await chat.unload();
    const unloaded = chat.engine;
    chat.messages = [{ role: 'user', content: 'Hello' }];
    const wrong = (() => {
      try {
        chat.messages = [{ role: 'robot', content: 'x' } as never];
      } catch (error) {
        return (error as Error).message;
      }
    })();
    const kept = chat.messages;
    chat.clear();
    return {
      ...{ before, second, answer, deltas, origin, model, messages, unloaded, wrong, kept, events },
      ...{ cleared: chat.messages, told: heard['mixtab-message'] },
    };
  }, QUESTION);
  expect(told.before).toBeNull();
  expect(told.second).toBe('request-invalid');
  expect(told.answer.content).toMatch(STORY);
  expect(told.deltas).toBe(told.answer.content);
  expect([told.origin, told.model]).toEqual([{ type: 'local' }, 'tiny']);
  const question = { role: 'user', content: QUESTION };
  expect(told.messages).toEqual([question, told.answer]);
  expect(told.told).toEqual([
    { message: question, finishReason: null },
    { message: told.answer, finishReason: 'length' },
  ]);
  expect(told.events.filter((name) => name !== 'mixtab-error')).toEqual([
    ...['mixtab-message', 'mixtab-progress', 'mixtab-ready', 'mixtab-delta', 'mixtab-message'],
  ]);
  expect(told.unloaded).toBeNull();
  expect(told.wrong).toBe('messages[0].role: expected user or assistant, got "robot"');
  expect(told.kept).toEqual([{ role: 'user', content: 'Hello' }]);
  expect(told.cleared).toEqual([]);
});

test('what a page sets before the script has come is taken over', async ({ page, site }) => {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const chat = document.querySelector('mixtab-chat');
      if (!chat) return;
      observer.disconnect();
      const isEarly = customElements.get('mixtab-chat') === undefined;
      const messages = [{ role: 'user', content: 'Early' }];
      Object.assign(chat, { isEarly, messages, heading: 'Set early', engine: null });
    }).observe(document, { childList: true, subtree: true });
  });
  await site.open(page, '<mixtab-chat></mixtab-chat>');
  expect(
    await page.evaluate(() => (document.querySelector('mixtab-chat') as unknown as { isEarly: boolean }).isEarly),
  ).toBe(true);
  await expect(page.getByRole('article', { name: 'You' })).toHaveText('Early');
  await expect(page.getByRole('heading', { name: 'Set early' })).toBeVisible();
});

test('several in one page are asked at once and answer in turn; one that the page gives its engine to uses it', async ({
  page,
  site,
}) => {
  const engines = countEngines(page);
  await site.open(
    page,
    `<mixtab-chat id="a" ${SHORT}></mixtab-chat><mixtab-chat id="b" model="none" ${SHORT}></mixtab-chat>`,
  );
  const answers = await page.evaluate(async (question) => {
    const [a, b] = document.querySelectorAll('mixtab-chat') as unknown as [MixtabChat, MixtabChat];
    b.engine = await a.load();
    return Promise.all([a.send(question), b.send(question)]);
  }, QUESTION);
  expect(answers[0]?.content).toMatch(STORY);
  expect(answers[1]).toEqual(answers[0]);
  expect(engines()).toBe(1);
});

test('Enter sends, Shift and Enter break the line, Escape stops; the focus stays', async ({ page, site }) => {
  await site.open(page, '<mixtab-chat temperature="0"></mixtab-chat>');
  const parts = widget(page);
  await parts.box.fill('Tell me');
  await parts.box.press('Shift+Enter');
  await page.keyboard.type('a story.');
  await expect(parts.box).toHaveValue('Tell me\na story.');
  await expect(parts.answers).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(parts.box).toHaveValue('');
  await atFirstWords(page, 'Escape');
  await expect(parts.answer).toHaveAttribute('data-status', 'stopped');
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible();
  await expect(parts.box).toBeFocused();
  await parts.send.focus();
  await parts.box.fill('Again');
  await parts.send.focus();
  await page.keyboard.press('Enter');
  // The button that stops has taken the other's place, and the focus.
  await atFirstWords(page, 'click');
  await expect(parts.answer).toHaveAttribute('data-status', 'stopped');
  await expect(parts.send).toBeFocused();
});

test('a load can be cancelled, and asked for again', async ({ page, site }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/models/tiny/expert/**', async (route) => {
    await held;
    await route.continue().catch(() => {}); // The page may not wait for it any more.
  });
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat>`);
  const parts = widget(page);
  await ask(parts, QUESTION);
  await expect(page.getByText('Fetching the weights')).toBeVisible();
  const [worker] = page.workers();
  const gone = worker?.waitForEvent('close');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await gone;
  await expect(parts.progress).toHaveCount(0);
  await expect(parts.answer).toHaveAttribute('data-status', 'stopped');
  await expect(parts.log).toBeFocused();
  release();
  await ask(parts, QUESTION);
  expect(await answered(parts)).toMatch(STORY);
});

test('it speaks the language of the page, or its own', async ({ page, site }) => {
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat><mixtab-chat lang="en"></mixtab-chat>`, { lang: 'zh-CN' });
  await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
  await expect(page.getByText('tiny · 在本设备上')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await page.evaluate(() => document.querySelector('mixtab-chat')?.setAttribute('lang', 'en'));
  await expect(page.getByRole('button', { name: 'Send' })).toHaveCount(2);
});
