import { spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { serve } from '../scripts/serve.mjs';
import { type Answer, OpenAiServer, sendEvents, sendJson } from '../tests/support/openai-server';
import { ask, expect, npm, test } from './package-consumers';

const VITE = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));

/** As docs/guides/bundlers.md has it. */
const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

async function hosted(root: string, headers = {}) {
  const server = await serve({ root, headers });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

for (const example of ['vite', 'esbuild', 'react', 'openai-client', 'vercel-ai-sdk', 'library']) {
  test(`${example}: what the example builds answers`, async ({ consumer, page }) => {
    const folder = consumer(example);
    await npm(folder, 'run', 'build');
    await using host = await hosted(join(folder, 'dist'));
    await ask(page, host.url);
  });
}

test('static: a page without a bundler answers, under a strict Content-Security-Policy', async ({ consumer, page }) => {
  const folder = consumer('static');
  renameSync(join(folder, 'node_modules/mixtab'), join(folder, 'mixtab'));
  await using host = await hosted(folder, { 'Content-Security-Policy': STRICT });
  await ask(page, host.url);
});

test('server: what the example builds shows the answer of a server', async ({ consumer, page }) => {
  const folder = consumer('server');
  await npm(folder, 'run', 'build');
  await using host = await hosted(join(folder, 'dist'));
  await using openAi = await modelServer('Once upon a time, a cat sat on a server.');
  await page.addInitScript((address) => {
    addEventListener('DOMContentLoaded', () =>
      document.querySelector('[name=address]')?.setAttribute('value', address),
    );
  }, openAi.baseUrl);
  expect(await ask(page, host.url, openAi.baseUrl)).toBe('Once upon a time, a cat sat on a server.');
});

/** Answers every chat with a text, to pages of any origin. */
async function modelServer(text: string) {
  const server = await OpenAiServer.start();
  const chunk = { id: 'a', object: 'chat.completion.chunk', created: 0, model: 'mixtral' };
  const choice = { index: 0, delta: { role: 'assistant', content: text }, finish_reason: 'stop' };
  const toAnyPage =
    (answer: Answer): Answer =>
    (response, asked) => {
      for (const what of ['Origin', 'Headers']) response.setHeader(`Access-Control-Allow-${what}`, '*');
      return asked.method === 'OPTIONS' ? response.end() : answer(response, asked);
    };
  server.answers.set('/models', toAnyPage(sendJson({ object: 'list', data: [{ id: 'mixtral', object: 'model' }] })));
  server.answers.set(
    '/chat/completions',
    toAnyPage(sendEvents([JSON.stringify({ ...chunk, choices: [choice] }), '[DONE]'])),
  );
  return { baseUrl: server.baseUrl, [Symbol.asyncDispose]: () => server.close() };
}

test("vite: the development server answers, though its optimizer moves the package's modules", async ({
  consumer,
  page,
}) => {
  const cwd = consumer('vite');
  const vite = spawn(process.execPath, [VITE, '--port', '0'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let url: string | undefined;
    for await (const text of vite.stdout.setEncoding('utf8')) {
      url = /http:\/\/localhost:\d+\//.exec(stripVTControlCharacters(text))?.[0];
      if (url) break;
    }
    await ask(page, url ?? '');
  } finally {
    vite.kill();
  }
});
