// How fast this machine's browser reads experts from IndexedDB, by stripes and by records at once:
// `node scripts/storage-reads.mjs [--rounds N] [--profile FOLDER --port N]`. Takes 0.8 GB of disk; with a profile and a port that stay the
// same the next run reads what this one wrote. `--cold` (Linux) drops the files from the system's cache before each measurement.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { openHeadless } from './headless.mjs';
import { serve } from './serve.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    profile: { type: 'string' },
    port: { type: 'string' },
    cold: { type: 'boolean' },
  },
});
/** 0: as the reader sees fit. */
const STRIPES = [1, 2, 4, 0];
const AT_ONCE = [1, 2, 4];
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
  const profileDir = values.profile ?? join(folder, 'profile');
  const { context, page } = await openHeadless(server.url, { profileDir });
  try {
    await page.evaluate(() => Object.assign(window, { worker: new Worker('/reads.js', { type: 'module' }) }));
    /** @returns {Promise<number>} MB/s */
    const rate = (/** @type {number} */ stripes, /** @type {number} */ atOnce) =>
      page.evaluate(
        (order) =>
          new Promise((resolve, reject) => {
            const { worker } = /** @type {{ worker: Worker }} */ (/** @type {unknown} */ (window));
            worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.result));
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.postMessage(order);
          }),
        { stripes, atOnce },
      );
    for (const stripes of STRIPES) {
      console.log(`first read, hashed, ${stripes} stripes, 2 records: ${(await rate(stripes, 2)).toFixed(0)} MB/s`);
    }
    const cells = STRIPES.flatMap((stripes) => AT_ONCE.map((atOnce) => ({ stripes, atOnce, rates: [0], cpu: [0] })));
    for (let round = 0; round < Number(values.rounds ?? 5); round++) {
      for (const cell of cells.toSorted(() => Math.random() - 0.5)) {
        if (values.cold) dropFromCache(profileDir);
        const before = cpuSeconds();
        cell.rates[round] = await rate(cell.stripes, cell.atOnce);
        cell.cpu[round] = (cpuSeconds() - before) / 0.793;
      }
    }
    for (const { stripes, atOnce, rates, cpu } of cells) {
      const whole = cells.find((cell) => cell.stripes === 1 && cell.atOnce === atOnce)?.rates ?? [];
      const ratios = rates.map((each, round) => each / (whole[round] ?? Number.NaN));
      const spread = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
      const figures = `${median(rates).toFixed(0)} MB/s (${spread}), ${median(ratios).toFixed(2)} of one stripe`;
      console.log(`${stripes} stripes, ${atOnce} records: ${figures}, ${median(cpu).toFixed(2)} CPU seconds a GB`);
    }
  } finally {
    await context.close();
    await server.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function median(/** @type {number[]} */ of) {
  return of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN;
}

function dropFromCache(/** @type {string} */ profileDir) {
  for (const entry of readdirSync(profileDir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !file.includes('IndexedDB')) continue;
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
  }
}

/** Processor time of all that this process started; NaN where the system does not tell, as all but Linux. */
function cpuSeconds() {
  if (process.platform !== 'linux') return Number.NaN;
  const stats = new Map();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      // After the name in brackets: state, parent, ..., the 12th and 13th are user and system time in hundredths of a second.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      stats.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {} // It has ended meanwhile.
  }
  const isOurs = (/** @type {number} */ pid) => {
    for (let at = stats.get(pid)?.parent; at; at = stats.get(at)?.parent) if (at === process.pid) return true;
    return false;
  };
  return [...stats].reduce((sum, [pid, { ticks }]) => sum + (isOurs(pid) ? ticks / 100 : 0), 0);
}
