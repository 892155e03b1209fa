import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunReport } from '../bin/cli/report';
import { ROOT, mixtab as runCommand } from './command';

const PACK = join(ROOT, 'public/models/tiny');
const VOCAB = 2048;

let folder: string;
let profile: string[];
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-cli-'));
  profile = ['--profile-dir', join(folder, 'profile')];
});
test.afterAll(() => rmSync(folder, { recursive: true }));

const mixtab = (args: string[], onText?: Parameters<typeof runCommand>[2]) => runCommand(args, folder, onText);

const ids = (report: RunReport) => report.ids.join(',');
const oneLine = (code: RegExp) => new RegExp(`^mixtab: [^\\n]*${code.source}[^\\n]*\\n$`);

async function report(...args: string[]): Promise<RunReport> {
  const { status, stdout, stderr } = await mixtab(['run', '--model', 'tiny', '--json', ...args]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout);
}

test('--json is one object with all fields; the same seed streams the same text', async () => {
  const ask = ['--chat', 'Tell me a story about a cat.', '--max-tokens', '12', '--seed', '5', ...profile];
  const first = await report(...ask);
  expect(Object.keys(first)).toEqual(['text', 'ids', 'prompt_ids', 'finish_reason', 'stats', 'routing']);
  expect(first.ids.length).toBeGreaterThan(0);
  expect(first.ids.length).toBeLessThanOrEqual(12);
  expect(first.prompt_ids.length).toBeGreaterThan(3);
  expect([...first.ids, ...first.prompt_ids].every((id) => Number.isInteger(id) && id >= 0 && id < VOCAB)).toBe(true);
  expect(['stop', 'length']).toContain(first.finish_reason);
  const { adapter, paging, ...figures } = first.stats;
  expect(paging).toMatchObject({
    policy: 'reuse',
    hits: figures.hits,
    misses: figures.misses,
    bytes: figures.bytes_paged,
  });
  expect(paging.layers).toHaveLength(4);
  expect(adapter).toMatch(/\w/);
  expect(Object.keys(figures)).toEqual([
    ...['load_ms', 'ttft_ms', 'prefill_tokens', 'prefill_tok_s', 'decode_tokens', 'decode_tok_s'],
    ...['gpu_bytes', 'gpu_budget_bytes', 'expert_slots', 'experts_total', 'hits', 'misses', 'bytes_paged'],
    ...['submits', 'readbacks', 'dispatches'],
  ]);
  for (const [name, value] of Object.entries(figures)) expect([name, Number.isFinite(value)]).toEqual([name, true]);
  expect(first.stats.prefill_tokens).toBe(first.prompt_ids.length);
  expect(first.stats.gpu_bytes).toBeLessThanOrEqual(first.stats.gpu_budget_bytes);
  expect([first.stats.expert_slots, first.stats.experts_total]).toEqual([32, 32]);
  // The last token ends the run: it does not go through the layers.
  const tokens = first.prompt_ids.length + first.ids.length - 1;
  expect(first.routing.map((layer) => layer.length)).toEqual([tokens, tokens, tokens, tokens]);
  expect(first.routing.flat().every((picks) => picks.length === 2 && picks.every((e) => e >= 0 && e < 8))).toBe(true);

  const trace = join(folder, 'trace.ndjson');
  const streamed = await mixtab(['run', '--model', 'tiny', ...ask, '--trace', trace]);
  expect(streamed).toEqual({ status: 0, stdout: `${first.text}\n`, stderr: '' });
  const simulated = await mixtab(['simulate', trace, '--json']);
  expect(JSON.parse(simulated.stdout)).toMatchObject({ decode_tokens: first.ids.length - 1, rows: [{}, {}, {}] });
});

test('--ids are taken as they are, with logits at every position, at a budget', async () => {
  const file = join(folder, 'logits.f32');
  const greedy = ['--ids', '1,300,301,302', '--max-tokens', '4', '--temperature', '0', ...profile];
  const all = await report(...greedy, '--logits', file);
  expect(all.prompt_ids).toEqual([1, 300, 301, 302]);
  const logits = new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  expect(logits.length).toBe(4 * VOCAB);
  expect(logits.every(Number.isFinite)).toBe(true);
  // Greedy: the first generated token is where the last position's logits are highest.
  const last = logits.subarray(3 * VOCAB);
  expect(last.indexOf(Math.max(...last))).toBe(all.ids[0]);

  const small = await report(...greedy, '--budget-mb', '10');
  expect(ids(small)).toBe(ids(all));
  expect(small.stats.expert_slots).toBeLessThan(32);
  expect(small.stats.gpu_bytes).toBeLessThanOrEqual(10e6);
  expect(small.stats.misses).toBeGreaterThan(0);
});

test('a failure is one line and status 1, wrong usage is status 2', async () => {
  const run = (...args: string[]) => mixtab(['run', '--max-tokens', '2', '--prompt', 'Once', ...args]);
  const budget = await run('--model', 'tiny', '--budget-mb', '1', ...profile);
  expect([budget.status, budget.stdout]).toEqual([1, '']);
  expect(budget.stderr).toMatch(oneLine(/at least \d+ bytes.*got 1000000/));

  const damaged = join(folder, 'damaged');
  cpSync(PACK, damaged, { recursive: true });
  const record = readFileSync(join(damaged, 'expert/2/3.bin'));
  record.writeUInt8(record.readUInt8(1000) ^ 1, 1000);
  writeFileSync(join(damaged, 'expert/2/3.bin'), record);
  const broken = await run('--model', damaged);
  expect([broken.status, broken.stdout]).toEqual([1, '']);
  expect(broken.stderr).toMatch(oneLine(/expert\/2\/3/));

  const unknown = await run('--model', 'no-such-model');
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toMatch(oneLine(/no-such-model: expected .* got nothing/));

  const usage = await run('--model', 'tiny', '--chat', 'and this');
  expect([usage.status, usage.stdout]).toEqual([2, '']);
  expect(usage.stderr).toContain('exactly one of --prompt, --chat and --ids');
});

test('a folder that is no pack, wrong sizes in a manifest and a prompt beyond the context are named', async () => {
  const folderWith = (name: string, manifest: string) => {
    const made = join(folder, name);
    mkdirSync(made);
    writeFileSync(join(made, 'manifest.json'), manifest);
    return made;
  };
  const failure = async (...args: string[]) => {
    const { status, stdout, stderr } = await mixtab(['run', '--max-tokens', '2', ...args]);
    expect([status, stdout]).toEqual([1, '']);
    return stderr;
  };
  const page = folderWith('page', '<!doctype html><title>Welcome</title>');
  expect(await failure('--model', page, '--prompt', 'Once')).toMatch(oneLine(/expected JSON, got an HTML page/));

  const manifest = JSON.parse(readFileSync(join(PACK, 'manifest.json'), 'utf8'));
  manifest.records[0].bytes -= 4;
  const { name, bytes } = manifest.records[0];
  const wrong = folderWith('wrong', JSON.stringify(manifest));
  const sizes = `records["${name}"].bytes expected ${bytes + 4}, got ${bytes}.`;
  expect(await failure('--model', wrong, '--prompt', 'Once')).toContain(`mixtab: manifest.json: ${sizes}`);

  const ids = Array.from({ length: manifest.config.maxContext + 1 }, () => 300).join(',');
  const context = `at most ${manifest.config.maxContext} tokens, got ${manifest.config.maxContext + 1}`;
  const overflow = await failure('--model', 'tiny', '--ids', ids, ...profile);
  expect(overflow).toMatch(oneLine(new RegExp(`prompt: expected ${context}`)));
});

test('Ctrl-C ends it at once', async () => {
  const { status, stderr } = await mixtab(
    ['run', '--model', 'tiny', '--prompt', 'Once', '--max-tokens', '400', '--temperature', '1', ...profile],
    (kill) => kill('SIGINT'),
  );
  expect([status, stderr]).toEqual([130, '']);
});

test('npx finds the command in the checkout; inspect and convert need no browser', async () => {
  const version = await new Promise<string>((resolve, reject) => {
    const npx = spawn('npx', ['--offline', 'mixtab', '--version'], { cwd: ROOT, shell: process.platform === 'win32' });
    let text = '';
    npx.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    npx.on('error', reject);
    npx.on('close', () => resolve(text));
  });
  expect(version).toBe(`${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n`);
  const inspected = await mixtab(['inspect', 'tiny', '--json']);
  expect([inspected.status, inspected.stderr]).toEqual([0, '']);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ kind: 'pack', records: { count: 38 }, faults: [] });
  const converted = await mixtab(['convert', join(folder, 'nothing'), join(folder, 'out')]);
  expect(converted.status).toBe(1);
  expect(converted.stderr).toMatch(oneLine(/expected/));
});
