import { spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { serve } from '../scripts/serve.mjs';
import { ask, npm, test } from './package-consumers';

const VITE = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));

async function hosted(root: string) {
  const server = await serve({ root });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

for (const example of ['vite', 'esbuild']) {
  test(`${example}: what the example builds answers`, async ({ consumer, page }) => {
    const folder = consumer(example);
    await npm(folder, 'run', 'build');
    await using host = await hosted(join(folder, 'dist'));
    await ask(page, host.url);
  });
}

test('static: a page without a bundler answers', async ({ consumer, page }) => {
  const folder = consumer('static');
  renameSync(join(folder, 'node_modules/mixtab'), join(folder, 'mixtab'));
  await using host = await hosted(folder);
  await ask(page, host.url);
});

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
