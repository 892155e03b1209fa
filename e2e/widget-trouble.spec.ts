import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { uniformFormats } from '../src/pack/formats';
import { layoutOf, packLayout } from '../src/pack/layout';
import { type Manifest, recordLayouts } from '../src/pack/manifest';
import type { MixtabChat } from '../src/widget/index';
import { OpenAiServer, sendEvents, sendJson } from '../tests/support/openai-server';
import { DIST, NO_ADAPTER } from './fixtures';
import { answered, ask, expect, STORY, test, widget } from './widget-page';

const QUESTION = 'Tell me a story about a cat.';
const SHORT = 'max-tokens="24" temperature="0"';

/** Answers for a folder of a pack: the embedded model's, with twice the bits, and no records. */
async function routeLargePack(page: Page): Promise<{ asked: string[] }> {
  const manifest: Manifest = JSON.parse(readFileSync(join(DIST, 'models/tiny/manifest.json'), 'utf8'));
  const layout = packLayout(manifest.config, uniformFormats(manifest.config, 'q8'));
  const large = {
    ...manifest,
    formats: layout.formats,
    layouts: recordLayouts(layout),
    records: manifest.records.map((record) => ({ ...record, bytes: layoutOf(layout, record.name).bytes })),
  };
  const asked: string[] = [];
  await page.route('**/large/**', (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    return pathname.endsWith('manifest.json') ? route.fulfill({ json: large }) : route.fulfill({ status: 404 });
  });
  return { asked };
}

test('a download larger than the embedded model waits for a yes', async ({ page, site }) => {
  const { asked } = await routeLargePack(page);
  await site.open(page, `<mixtab-chat model="large" model-url="./large/"></mixtab-chat>`);
  const parts = widget(page);
  await ask(parts, QUESTION);
  await expect(parts.alert).toContainText('To answer, large has to be downloaded: 15.4 MB.');
  expect(new Set(asked)).toEqual(new Set(['/large/manifest.json']));
  expect(page.workers()).toEqual([]);

  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(parts.alert).toHaveCount(0);
  await expect(parts.answer).toHaveAttribute('data-status', 'stopped');
  expect(new Set(asked)).toEqual(new Set(['/large/manifest.json']));

  await ask(parts, QUESTION);
  await page.getByRole('button', { name: 'Download' }).click();
  await expect(parts.alert).toContainText('The model could not be reached.');
  expect(asked.some((path) => path.endsWith('.bin'))).toBe(true);
});

test('a model that is not there is named, and asked for again', async ({ page, site }) => {
  let isThere = false;
  await page.route('**/later/**', async (route) => {
    if (!isThere) return route.fulfill({ status: 404 });
    const response = await route.fetch({ url: route.request().url().replace('/later/', '/mixtab/models/tiny/') });
    return route.fulfill({ response });
  });
  await site.open(page, `<mixtab-chat model="later" model-url="./later/" ${SHORT}></mixtab-chat>`);
  const parts = widget(page);
  await ask(parts, QUESTION);
  await expect(parts.alert).toHaveAttribute('data-code', 'model-not-found');
  await expect(parts.alert).toContainText('The model is not there.');
  await expect(parts.answer).toHaveAttribute('data-status', 'failed');
  isThere = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  expect(await answered(parts)).toMatch(STORY);
  await expect(parts.alert).toHaveCount(0);
  await expect(parts.answers).toHaveCount(1);
});

test('without a GPU it says that this browser cannot run the model, once to the reader and once to the page', async ({
  page,
  site,
}) => {
  await page.route('**/engine.worker.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${NO_ADAPTER}\n${await response.text()}` });
  });
  await site.open(page, '<mixtab-chat></mixtab-chat>');
  await page.evaluate(() => {
    const codes: string[] = [];
    Object.assign(window, { codes });
    addEventListener('mixtab-error', (event) => codes.push((event as CustomEvent).detail.code));
  });
  const parts = widget(page);
  await ask(parts, QUESTION);
  await expect(parts.alert).toContainText('This browser cannot run the model.');
  expect(await page.evaluate(() => (window as unknown as { codes: string[] }).codes)).toEqual(['webgpu-unavailable']);
});

test('without WebGPU it says so at once and starts nothing; a server needs none', async ({ page, site }) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await site.open(page, '<mixtab-chat></mixtab-chat>');
  const parts = widget(page);
  await expect(parts.alert).toContainText('This browser cannot run the model.');
  await expect(parts.alert).toHaveAttribute('data-code', 'webgpu-unavailable');
  await page.getByRole('button', { name: 'Try again' }).click();
  await ask(parts, QUESTION);
  await expect(parts.answer).toHaveAttribute('data-status', 'failed');
  expect(page.workers()).toEqual([]);
  await page.evaluate(() => {
    document.querySelector('mixtab-chat')?.setAttribute('model', 'mixtral');
    document.querySelector('mixtab-chat')?.setAttribute('server', './v1');
  });
  await expect(page.getByText(`mixtral · from ${new URL(site.url).host}`)).toBeVisible();
});

test('a wrong attribute is named, and put right at once', async ({ page, site }) => {
  await site.open(page, '<mixtab-chat budget-mb="much"></mixtab-chat>');
  const parts = widget(page);
  await expect(parts.alert).toContainText('budget-mb: expected a number above 0, got NaN.');
  await page.evaluate(() => document.querySelector('mixtab-chat')?.setAttribute('budget-mb', '12'));
  await expect(parts.alert).toHaveCount(0);
  await page.evaluate(() => document.querySelector('mixtab-chat')?.setAttribute('server', 'https://example.com/v1'));
  await expect(parts.alert).toContainText('model: expected the name of a model on the server, got none.');
});

test('an engine that dies is reported, and the next message loads another', async ({ page, site }) => {
  await page.route('**/engine.worker.js', async (route) => {
    const response = await route.fetch();
    const dies = "addEventListener('message', ({ data }) => { if (data === 'die') close(); });";
    await route.fulfill({ response, body: `${dies}\n${await response.text()}` });
  });
  await page.addInitScript(() => {
    const { Worker } = window;
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        Object.assign(window, { lastWorker: this });
      }
    };
  });
  await site.open(page, `<mixtab-chat ${SHORT}></mixtab-chat>`);
  const parts = widget(page);
  await ask(parts, QUESTION);
  await answered(parts);
  await page.evaluate(() => (window as unknown as { lastWorker: Worker }).lastWorker.postMessage('die'));
  await expect(parts.alert).toHaveAttribute('data-code', 'worker-died');
  await ask(parts, QUESTION);
  expect(await answered(parts)).toMatch(STORY);
  await expect(parts.alert).toHaveCount(0);
});

test('what a model writes is read as Markdown, never as HTML, and leads only to web and mail', async ({
  page,
  site,
}) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) foreign.push(request.url());
  });
  await site.open(page, '<mixtab-chat></mixtab-chat>');
  const content = [
    '# Title\n\n**bold** *soft* ~~gone~~ `code` &amp; <b onclick="alert(1)">raw</b>\n',
    '<script>alert(1)</script>\n\n<img src="https://tracker.example/x.png">\n',
    '[web](https://example.com/?a=1) [mail](mailto:a@example.com) [script](javascript:alert(1)) [data](data:text/html,x)',
    '![picture](https://tracker.example/y.png) https://example.org\n',
    '1. one\n2. two\n   - inner\n\n- [x] did\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x = "<i>";\n```\n\n---\n',
  ].join('\n');
  await page.evaluate((text) => {
    (document.querySelector('mixtab-chat') as MixtabChat).messages = [
      { role: 'user', content: '<b>question</b>' },
      { role: 'assistant', content: text },
    ];
  }, content);
  const { text } = widget(page);
  await expect(text.locator('strong')).toHaveText('bold');
  await expect(page.getByRole('article', { name: 'You' })).toHaveText('<b>question</b>');
  const shape = await text.evaluate((prose) => ({
    elements: [...new Set([...prose.querySelectorAll('*')].map(({ localName }) => localName))].sort(),
    links: [...prose.querySelectorAll('a')].map((a) => [a.href, a.rel, a.target]),
    text: prose.textContent,
  }));
  expect(shape.elements).toEqual(
    [
      ...['a', 'blockquote', 'code', 'del', 'div', 'em', 'hr', 'li', 'ol', 'p', 'pre', 'strong', 'table'],
      ...['tbody', 'td', 'th', 'thead', 'tr', 'ul'],
    ].sort(),
  );
  const beside = ['noopener noreferrer', '_blank'];
  expect(shape.links).toEqual([
    ['https://example.com/?a=1', ...beside],
    ['mailto:a@example.com', ...beside],
    ['https://tracker.example/y.png', ...beside],
    ['https://example.org/', ...beside],
  ]);
  for (const shown of ['& <b onclick="alert(1)">raw</b>', '<script>alert(1)</script>', 'let x = "<i>";', '☑ did']) {
    expect(shape.text).toContain(shown);
  }
  expect(foreign).toEqual([]);
});

test('pointed at a server it says so before and after, and starts no engine', async ({ page, site }) => {
  const server = await OpenAiServer.start();
  const host = new URL(server.baseUrl).host;
  const chunk = (choice: object) =>
    JSON.stringify({ id: 'a', object: 'chat.completion.chunk', created: 0, model: 'mixtral', choices: [choice] });
  server.answers.set(
    '/chat/completions',
    sendEvents([
      chunk({ index: 0, delta: { role: 'assistant', content: 'From ' }, finish_reason: null }),
      chunk({ index: 0, delta: { content: 'afar.' }, finish_reason: null }),
      chunk({ index: 0, delta: {}, finish_reason: 'stop' }),
      '[DONE]',
    ]),
  );
  const attributes = `model="mixtral" server="${server.baseUrl}" api-key="secret" system="Be brief." temperature="0.5"`;
  await site.open(page, `<mixtab-chat ${attributes}></mixtab-chat>`, { policy: null });
  const parts = widget(page);
  await expect(page.getByText(`What you write goes to ${host}.`)).toBeVisible();
  await expect(page.getByText(`mixtral · from ${host}`)).toBeVisible();
  expect(server.asked).toEqual([]);
  await ask(parts, 'Hello');
  expect(await answered(parts)).toBe('From afar.');
  expect(page.workers()).toEqual([]);
  const asked = server.asked.at(-1);
  expect(asked?.headers.authorization).toBe('Bearer secret');
  expect(asked?.body).toMatchObject({
    model: 'mixtral',
    temperature: 0.5,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ],
  });

  server.answers.set('/chat/completions', sendJson({ error: { message: 'no more today' } }, 429));
  await ask(parts, 'More');
  await expect(parts.alert).toContainText('no more today');
  await server.close();
});
