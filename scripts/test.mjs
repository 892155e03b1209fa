import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError, buildApp } from './build.mjs';
import { buildPackage } from './package.mjs';
import { run } from './process.mjs';
import { SetupError, say, setUp } from './setup.mjs';
import { measureSizes, showSize } from './sizes.mjs';
import { settle, summary, tallyPlaywright, tallyVitest } from './tally.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

const root = fileURLToPath(new URL('..', import.meta.url));
const ci = process.env.CI === 'true' || process.env.CI === '1';

/** Steps by name, in their order. Each of lint, types, build and docs counts as one test. */
const STEPS = /** @type {Record<string, (reports: string) => Promise<Tally>>} */ ({
  lint: async () => check(await node('@biomejs/biome/bin/biome', ['check'])),
  types: async () => {
    const projects = ['tsconfig.workers.json', 'tsconfig.page.json', 'tsconfig.node.json'];
    const results = [];
    for (const project of projects) results.push(await node('typescript/bin/tsc', ['-p', project]));
    return check(Math.max(...results));
  },
  build: async () => {
    try {
      await buildApp(root);
      await buildPackage(root);
      for (const size of await measureSizes(root, 'dist')) say(showSize(size));
      for (const size of await measureSizes(root, 'dist-package')) say(showSize(size));
      return check(0);
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      say(error.message);
      return check(1);
    }
  },
  // The public API, each part with its description: typedoc takes a gap as an error.
  docs: async () => {
    const typedoc = 'docs/api-reference/node_modules/typedoc/bin/typedoc';
    const args = [join(root, typedoc), '--options', 'docs/api-reference', '--emit', 'none'];
    return check(await run(process.execPath, args, { cwd: root }));
  },
  unit: (reports) => vitest('node', reports),
  browser: (reports) => vitest('browser', reports),
  e2e: async (reports) => {
    const file = join(reports, 'e2e.json');
    const args = ['test', '--reporter=list,json', ...(ci ? ['--forbid-only'] : [])];
    const status = await node('@playwright/test/cli.js', args, { PLAYWRIGHT_JSON_OUTPUT_FILE: file });
    return settle(readReport(file, tallyPlaywright), status, ci);
  },
});

/** @param {string} project */
async function vitest(project, /** @type {string} */ reports) {
  const file = join(reports, `${project}.json`);
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = await node('vitest/vitest.mjs', args);
  return settle(readReport(file, tallyVitest), status, ci);
}

/**
 * @param {string} script path below node_modules
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function node(script, args, env = {}) {
  return run(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
}

/** @returns {Tally} */
function check(/** @type {number} */ status) {
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0, failures: [] };
}

/**
 * @param {string} file
 * @param {(report: any) => Tally} tally
 */
function readReport(file, tally) {
  return existsSync(file) ? tally(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in STEPS));
if (unknown) {
  say(`npm test -- [STEP ...]: expected steps out of ${Object.keys(STEPS).join(', ')}, got ${unknown}`);
  process.exit(2);
}
try {
  await setUp(root);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exit(1);
}

const reports = mkdtempSync(join(tmpdir(), 'mixtab-test-'));
/** @type {[string, Tally, number][]} */
const results = [];
for (const [name, step] of Object.entries(STEPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const start = performance.now();
  results.push([name, await step(reports), (performance.now() - start) / 1000]);
}
rmSync(reports, { recursive: true, force: true });

console.log('');
for (const [name, { passed, failed, skipped, failures }, seconds] of results) {
  const skips = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${name.padEnd(8)} ${passed} passed, ${failed} failed${skips} (${seconds.toFixed(1)} s)`);
  for (const failure of failures) console.log(`         ${failure.split('\n')[0]}`);
}
console.log('');
console.log(summary(results.map(([, tally]) => tally)));
process.exitCode = results.some(([, { failed }]) => failed > 0) ? 1 : 0;
