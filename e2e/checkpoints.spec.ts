import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunReport } from '../bin/cli/report';
import { mixtab } from './command';

const REFS = join(import.meta.dirname, '../tests/fixtures/refs');

/** What a float64 reference computes from a file, with the weights exactly as it stores them. */
interface Golden {
  ids: number[];
  /** `[layer][token][k]` */
  picks: number[][][];
  deviation: number;
  /** `[token][vocab]` */
  logits: Float32Array[];
}

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-checkpoints-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

for (const [source, most] of [
  ['a/model-q4_0', 5e-3],
  ['b/model-q4_0', 5e-3],
  ['a/model-q4_1', 5e-3],
  ['a/model-q8_0', 5e-3],
  ['a/model-q4_k_m', 2e-2],
] as const) {
  test(`${source}.gguf, imported by the page, computes its golden's logits and picks`, async () => {
    const golden = readGolden(source);
    const { distances, picks } = await run(`${source}.gguf`, golden);
    console.log(`${source}: ${Math.max(...distances).toExponential(1)} of the deviation`);
    expect(Math.max(...distances)).toBeLessThan(most);
    expect(picks).toEqual(golden.picks);
  });
}

test('a folder of safetensors as q8 is as near the golden as the reference is with Q8_0, position by position', async () => {
  const golden = readGolden('a/safetensors');
  const reference = readGolden('a/model-q8_0');
  const { distances, picks } = await run('a', golden, '--format', 'q8');
  for (const [t, distance] of distances.entries()) {
    const limit = distanceAt(golden, reference.logits, t);
    console.log(
      `a as q8, position ${t}: ${distance.toFixed(3)} of the deviation; the reference with Q8_0 ${limit.toFixed(3)}`,
    );
    expect(distance).toBeLessThan(1.3 * limit);
  }
  // These weights are random and some gaps between experts are narrower than eight bits can tell.
  expect(picks).toEqual(reference.picks);
});

test('a folder with one expert a token and tied embeddings as q8 picks as the golden does', async () => {
  const golden = readGolden('b/safetensors');
  const { distances, picks } = await run('b', golden, '--format', 'q8');
  console.log(`b as q8: ${Math.max(...distances).toFixed(3)} of the deviation`);
  expect(Math.max(...distances)).toBeLessThan(0.15);
  expect(picks).toEqual(golden.picks);
});

/** Runs the golden's prompt: how far its logits are at each position, and the picks there. */
async function run(source: string, golden: Golden, ...options: string[]) {
  const file = join(folder, `${source.replaceAll('/', '-')}.f32`);
  // One profile, and a kernel that is given: tuning, which e2e/cli.spec.ts has, would take longer than the run.
  const model = ['--model', join(REFS, source), '--profile-dir', join(folder, 'profile'), '--kernel', 'row'];
  const args = ['run', ...model, '--ids', golden.ids.join(), '--max-tokens', '1', '--json'];
  const { status, stdout, stderr } = await mixtab([...args, '--logits', file, ...options], folder);
  expect([status, stderr]).toEqual([0, '']);
  const report: RunReport = JSON.parse(stdout);
  const logits = rows(readFileSync(file), golden.ids.length);
  expect(logits[0]?.length).toBe(golden.logits[0]?.length);
  return {
    distances: golden.ids.map((_, t) => distanceAt(golden, logits, t)),
    picks: report.routing.map((layer) =>
      layer.slice(0, golden.ids.length).map((pick) => pick.toSorted((a, b) => a - b)),
    ),
  };
}

/** Largest difference of a position's logits, as a share of their standard deviation. */
function distanceAt({ logits, deviation }: Golden, others: Float32Array[], t: number): number {
  const [a, b] = [logits[t] as Float32Array, others[t] as Float32Array];
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) / deviation;
}

function readGolden(stem: string): Golden {
  const { ids, picks, logit_std: deviation } = JSON.parse(readFileSync(join(REFS, `${stem}.json`), 'utf8'));
  const logits = rows(readFileSync(join(REFS, `${stem}.logits.f32`)), ids.length);
  const sorted = picks.map((layer: number[][]) => layer.map((pick) => pick.toSorted((a, b) => a - b)));
  return { ids, picks: sorted, deviation, logits };
}

function rows(bytes: Buffer, count: number): Float32Array[] {
  const all = new Float32Array(Uint8Array.from(bytes).buffer);
  return Array.from({ length: count }, (_, t) =>
    all.subarray((t * all.length) / count, ((t + 1) * all.length) / count),
  );
}
