import type { Page } from '@playwright/test';
import { app, atFirstWords, expect, finished, limitTokens, openReady, test } from './fixtures';

/** Greedy, so that answers to the same question are the same; long enough to be stopped in the middle. */
async function answerGreedily(page: Page, maxTokens: number): Promise<void> {
  const settings = JSON.stringify({ temperature: 0, maxTokens });
  await page.addInitScript((value) => localStorage.setItem('mixtab.settings', value), settings);
}

/** Everything in a message that is a button, by its name. */
const tool = (page: Page, article: 'You' | 'Answer', name: string) =>
  page.getByRole('article', { name: article }).last().getByRole('button', { name, exact: true });

const prose = (page: Page) => app(page).lastAnswer.locator('.prose');

/** Reloads while an answer is being written, as soon as some of it is stored. */
async function reloadOnceStored(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await settled(indexedDB.open('mixtab-chats'));
    const [table = ''] = db.objectStoreNames;
    const isBegun = ({ status, text }: { status?: string; text?: string }) => status === 'streaming' && text !== '';
    while (!(await settled(db.transaction(table).objectStore(table).getAll())).some(isBegun));
    location.reload();
  });
}

interface Said {
  role: 'user' | 'assistant';
  text: string;
  files?: { name: string; text: string }[];
  by?: { id: string; name: string; server: string | null };
}

/** Brings a conversation in by the file that the page itself exports, and opens it. */
async function openPrepared(page: Page, title: string, said: Said[]): Promise<void> {
  const messages = said.map((message, index) => ({
    ...{ id: `m${index}`, parent: index === 0 ? null : `m${index - 1}`, createdAt: index },
    ...message,
    ...(message.role === 'user' ? {} : { status: 'done' }),
  }));
  const conversation = { id: 'c', title, leaf: `m${said.length - 1}` };
  const file = { format: 'mixtab-chats', version: 1, conversations: [{ conversation, messages }] };
  const sidebar = page.getByRole('complementary', { name: 'Chats' });
  const picker = sidebar.locator('input[type=file]');
  await picker.setInputFiles({
    name: 'chats.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  });
  await sidebar.getByRole('button', { name: title, exact: true }).click();
}

test('an answer is stopped and goes on, told anew, asked otherwise; branches stay, also over a reload', async ({
  page,
}) => {
  await answerGreedily(page, 48);
  let parts = await openReady(page);
  await parts.story.click();
  const whole = await finished(parts);
  const status = await parts.lastAnswer.getAttribute('data-status');

  await test.step('regenerated and stopped in the middle, it goes on as if it had not been', async () => {
    await tool(page, 'Answer', 'Regenerate').click();
    await atFirstWords(page, () => document.querySelector<HTMLElement>('.composer .button-round')?.click());
    const begun = await finished(parts);
    await expect(parts.lastAnswer).toHaveAttribute('data-status', 'stopped');
    expect(whole.startsWith(begun)).toBe(true);
    expect(begun.length).toBeLessThan(whole.length);
    await tool(page, 'Answer', 'Go on').click();
    await expect(parts.lastAnswer).not.toHaveAttribute('data-status', /stopped|streaming/);
    const text = await finished(parts);
    if (status === 'done') expect(text).toBe(whole);
    else expect(text.startsWith(whole.trimEnd())).toBe(true);
    await expect(page.getByRole('article', { name: 'You' })).toHaveCount(1);
  });

  await test.step('the first answer is still there, by keyboard', async () => {
    await expect(parts.lastAnswer).toContainText('2 of 2');
    await tool(page, 'Answer', 'Previous branch').press('Enter');
    await expect(parts.lastAnswer).toContainText('1 of 2');
    await expect(prose(page)).toHaveText(whole);
    await expect(tool(page, 'Answer', 'Previous branch')).toBeFocused();
    await tool(page, 'Answer', 'Next branch').click();
    await expect(parts.lastAnswer).toContainText('2 of 2');
  });

  await test.step('a question is asked in other words', async () => {
    await tool(page, 'You', 'Edit').press('Enter');
    const editor = page.getByRole('textbox', { name: 'Your question' });
    await expect(editor).toBeFocused();
    await expect(editor).toHaveValue('Tell me a story about a cat.');
    await editor.press('Escape');
    await expect(tool(page, 'You', 'Edit')).toBeFocused();
    await tool(page, 'You', 'Edit').click();
    await editor.fill('Tell me a story about a dog.');
    await editor.press('Enter');
    await finished(parts);
    const question = page.getByRole('article', { name: 'You' });
    await expect(question).toContainText('Tell me a story about a dog.');
    await expect(question).toContainText('2 of 2');
    await tool(page, 'You', 'Previous branch').click();
    await expect(question).toContainText('Tell me a story about a cat.');
    await expect(parts.lastAnswer).toContainText('2 of 2');
  });

  await test.step('reloaded in the middle, it keeps what was written and goes on', async () => {
    await limitTokens(page, 400);
    await parts.prompt.fill('Tell me a long story about a bird.');
    await parts.prompt.press('Enter');
    await reloadOnceStored(page);
    parts = app(page);
    await expect(parts.lastAnswer).toHaveAttribute('data-status', 'interrupted');
    await expect(parts.lastAnswer).toContainText('Interrupted');
    await expect(parts.answers).toHaveCount(2);
    await expect(prose(page)).not.toBeEmpty();
    const kept = await finished(parts);
    expect(kept.length).toBeGreaterThan(0);
    await tool(page, 'Answer', 'Go on').click();
    await expect(parts.lastAnswer).toHaveAttribute('data-status', /done|length/);
    const text = await finished(parts);
    expect(text.startsWith(kept)).toBe(true);
    expect(text.length).toBeGreaterThan(kept.length);
  });
});

const RICH = [
  '# Heading',
  '- [x] done\n- [ ] open',
  '```python\ndef add(a, b):\n    return a + b\n```',
  '```nolanguage\nkept as it is\n```',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  'Inline \\(a^2\\), money $5 and $6, and\n\n\\[\n\\frac{1}{2}\n\\]',
  'Broken: $$\\frac{$$',
  '<script>window.ran = true</script>\n\n<img src=x onerror="window.ran = true">',
  '[evil](javascript:window.ran=true) [good](https://example.com/) ![chart](https://example.com/a.png)',
  '```js\nconst notOver = 1;',
].join('\n\n');

test('an answer is drawn as it is meant; what it holds is not run', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto('./');
  const files = [{ name: 'notes.txt', text: 'Line one\nLine two' }];
  const tiny = { id: 'x', name: 'Model X', server: null };
  const remote = { id: 'y at http://h', name: 'Model Y', server: 'h:1' };
  await openPrepared(page, 'Rich', [
    { role: 'user', text: 'Hello', files },
    { role: 'assistant', text: 'Hi.', by: tiny },
    { role: 'user', text: 'Show all' },
    { role: 'assistant', text: RICH, by: remote },
  ]);
  const answer = app(page).lastAnswer;

  await test.step('code', async () => {
    const block = answer.locator('figure').filter({ hasText: 'def add' });
    await expect(block.locator('figcaption')).toContainText('python');
    await expect(block.locator('.hljs-keyword').first()).toHaveText('def');
    await block.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('def add(a, b):\n    return a + b');
    await expect(answer.locator('pre').filter({ hasText: 'kept as it is' }).locator('span')).toHaveCount(0);
    await expect(answer.locator('pre').filter({ hasText: 'notOver' })).toHaveText('const notOver = 1;');
  });

  await test.step('maths, but not of money', async () => {
    await expect(answer.locator('math').first()).toBeVisible();
    await expect(answer.locator('math[display=block] mfrac')).toHaveCount(1);
    await expect(answer).toContainText('money $5 and $6');
    await expect(answer).toContainText('\\frac{');
  });

  await test.step('a table, tasks, links', async () => {
    await expect(answer.getByRole('table')).toBeVisible();
    await expect(answer.getByRole('checkbox')).toHaveCount(2);
    await expect(answer.getByRole('link', { name: 'good' })).toHaveAttribute('rel', 'noopener noreferrer');
    await expect(answer.getByRole('link', { name: 'chart' })).toHaveAttribute('href', 'https://example.com/a.png');
    await expect(answer.locator('a', { hasText: 'evil' })).not.toHaveAttribute('href', /javascript/);
  });

  await test.step('raw HTML is text', async () => {
    await expect(answer).toContainText('<script>window.ran = true</script>');
    await expect(answer.locator('img, script')).toHaveCount(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(asked.filter((url) => url.includes('example.com'))).toEqual([]);
  });

  await test.step('who answers is said where that changes, files open', async () => {
    await expect(page.getByText('Model Y on h:1 answers from here on.')).toHaveCount(1);
    await expect(page.getByText('Mixtab Tiny answers from here on.')).toBeVisible();
    const file = page.getByRole('button', { name: 'notes.txt' });
    await file.press('Enter');
    await expect(page.getByText('Line two')).toBeVisible();
    await file.press('Enter');
    await expect(page.getByText('Line two')).toBeHidden();
  });

  const long = Array.from({ length: 300 }, (_, index): Said => {
    const words = `Message ${index}. `.repeat(1 + ((index * 7) % 40));
    return { role: index % 2 === 0 ? 'user' : 'assistant', text: words };
  });
  await openPrepared(page, 'Long', long);

  await test.step('of a long conversation only what is near is drawn; it begins at its end', async () => {
    const articles = page.getByRole('article');
    await expect(answer).toContainText('Message 299.');
    await expect(answer).toBeInViewport();
    expect(await articles.count()).toBeLessThan(60);
    await expect(answer).toHaveAttribute('aria-posinset', '300');
    await expect(answer).toHaveAttribute('aria-setsize', '300');

    const region = page.getByRole('region', { name: 'Conversation' });
    await region.focus();
    await region.press('Home');
    await expect(articles.first()).toContainText('Message 0.');
    await expect(articles.first()).toBeInViewport();
    expect(await articles.count()).toBeLessThan(60);
    await region.press('PageDown');
    await expect(articles.first()).not.toBeInViewport();
    await region.press('End');
    await expect(answer).toContainText('Message 299.');
    await expect(answer).toBeInViewport();
    await expect(page.getByRole('button', { name: 'Latest' })).toHaveCount(0);
  });

  await test.step('what has the focus stays, however far one scrolls', async () => {
    const copy = answer.getByRole('button', { name: 'Copy', exact: true });
    await copy.focus();
    await page.getByRole('region', { name: 'Conversation' }).evaluate((region) => region.scrollTo(0, 0));
    await expect(page.getByRole('article').first()).toContainText('Message 0.');
    await expect(copy).toBeFocused();
    await page.getByRole('button', { name: 'Latest' }).click();
    await expect(answer).toBeInViewport();
  });
});
