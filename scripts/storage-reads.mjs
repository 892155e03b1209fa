// How fast this machine's browser reads experts from IndexedDB, by stripes and by records at once:
// `node scripts/storage-reads.mjs [--rounds N] [--profile FOLDER --port N]`. Takes 0.8 GB of disk; with a profile and a port that stay the
// same the next run reads what this one wrote.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { openHeadless } from './headless.mjs';
import { serve } from './serve.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, profile: { type: 'string' }, port: { type: 'string' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'mixtab-reads-'));
try {
  const build = await rolldown({ input: join(root, 'bench/storage-reads.ts'), platform: 'browser' });
  await build.write({ file: join(folder, 'reads.js'), format: 'esm', codeSplitting: false });
  await build.close();
  const server = await serve({
    root: folder,
    port: Number(values.port ?? 0),
    routes: {
      'GET /': (_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>reads</title>');
      },
    },
  });
  const { context, page } = await openHeadless(server.url, { profileDir: values.profile ?? join(folder, 'profile') });
  try {
    const { first, cells } = await page.evaluate(
      (rounds) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/reads.js', { type: 'module' });
          worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.result));
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage({ rounds });
        }),
      Number(values.rounds ?? 5),
    );
    console.log('first reads, hashed, 2 records at once, MB/s by stripes:', first);
    for (const { stripes, atOnce, rates } of cells) {
      const whole = cells.find((/** @type {typeof cells[0]} */ cell) => cell.stripes === 1 && cell.atOnce === atOnce);
      const ratios = rates.map((/** @type {number} */ rate, /** @type {number} */ round) => rate / whole.rates[round]);
      const median = (/** @type {number[]} */ of) => of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN;
      const spread = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
      console.log(
        `${stripes} stripes, ${atOnce} records: ${median(rates).toFixed(0)} MB/s (${spread}), ${median(ratios).toFixed(2)} of one stripe`,
      );
    }
  } finally {
    await context.close();
    await server.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
