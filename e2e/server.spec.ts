import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, expect, finished, openReady } from './fixtures';

/** A server on loopback that speaks OpenAI's API to any page, and writes down what it was asked. */
interface ModelServer {
  url: string;
  asked: { key: string | undefined; body: { model: string; messages: { content: string }[] } }[];
}

const MODEL = 'mistralai/Mixtral-8x22B-Instruct-v0.1';

const test = base.extend<{ server: ModelServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  server: async ({}, use) => {
    const asked: ModelServer['asked'] = [];
    const http = createServer((request, response) => void answer(request, response, asked));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    await use({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`, asked });
    http.close();
    http.closeAllConnections();
  },
});

async function answer(request: IncomingMessage, response: ServerResponse, asked: ModelServer['asked']): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (request.headers.authorization !== 'Bearer sesame') {
    const error = { message: 'Invalid API key', type: 'authentication_error', code: 'invalid_api_key', param: null };
    return void response.writeHead(401, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error }));
  }
  if (request.url === '/v1/models') {
    const data = [{ id: MODEL, object: 'model', created: 0, owned_by: 'test' }];
    return void response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ object: 'list', data }));
  }
  let text = '';
  for await (const piece of request) text += piece;
  asked.push({ key: request.headers.authorization, body: JSON.parse(text) });
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const send = (delta: object, finish_reason: string | null) => {
    const choices = [{ index: 0, delta, finish_reason }];
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 0, model: MODEL, choices };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send({ role: 'assistant', content: '' }, null);
  for (const word of ['Forty', '-', 'two.']) send({ content: word }, null);
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}

test('a server answers once it is named, every answer says so, and this device takes over again when told', async ({
  page,
  server,
}) => {
  const parts = await openReady(page);
  const models = page.getByRole('dialog', { name: 'Models' });
  const dialog = page.getByRole('dialog', { name: 'Use a server' });
  const openModels = page.getByRole('button', { name: /^Models, now/ });
  await openModels.click();
  await models.getByRole('button', { name: 'Use a server' }).click();
  await dialog.getByLabel('Address').fill(`${server.url}/`);
  await dialog.getByLabel('Model').fill(MODEL);
  await dialog.getByLabel('Key').fill('wrong');
  await dialog.getByRole('button', { name: 'Use this server' }).click();
  await expect(parts.alert).toContainText('Invalid API key');
  await expect(parts.send).toBeDisabled();

  await openModels.click();
  await models.getByRole('button', { name: 'Change the server' }).click();
  await expect(dialog.getByLabel('Key')).toHaveValue('');
  await dialog.getByLabel('Key').fill('sesame');
  await dialog.getByRole('button', { name: 'Use this server' }).click();
  const host = new URL(server.url).host;
  await expect(openModels).toContainText(`Mixtral-8x22B-Instruct-v0.1 on ${host}`);
  await expect(page.getByText('What you write is sent there.', { exact: true })).toBeVisible();
  await expect(parts.alert).toHaveCount(0);

  await parts.prompt.fill('What is six by seven?');
  await parts.send.click();
  expect(await finished(parts)).toBe('Forty-two.');
  await expect(parts.lastAnswer).toContainText(`from ${host}`);
  expect(server.asked).toMatchObject([
    { key: 'Bearer sesame', body: { model: MODEL, messages: [{ content: 'What is six by seven?' }] } },
  ]);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(stored).toContain(MODEL);
  expect(stored).not.toContain('sesame');

  await openModels.click();
  await models.getByRole('button', { name: 'Use Mixtab Tiny' }).click();
  await expect(page.getByText('Mixtab Tiny answers from here on.')).toBeVisible();
  await expect(parts.send).toBeEnabled();
  expect(server.asked).toHaveLength(1);
});
