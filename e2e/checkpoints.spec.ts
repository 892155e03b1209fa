import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunReport } from '../bin/cli/report';
import { mixtab } from './command';

const REFS = join(import.meta.dirname, '../tests/fixtures/refs');

interface Golden {
  ids: number[];
  /** `[layer][token][k]` */
  picks: number[][][];
  logit_std: number;
}

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-checkpoints-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

/** Largest difference allowed, as a share of the logits' standard deviation: what a format cannot hold, and rounding. */
const CASES = [
  { source: 'a/model-q4_0.gguf', golden: 'a/model-q4_0', most: 5e-3, options: [] },
  { source: 'b/model-q4_0.gguf', golden: 'b/model-q4_0', most: 5e-3, options: [] },
  { source: 'a/model-q4_1.gguf', golden: 'a/model-q4_1', most: 5e-3, options: [] },
  { source: 'a/model-q8_0.gguf', golden: 'a/model-q8_0', most: 5e-3, options: [] },
  { source: 'a/model-q4_k_m.gguf', golden: 'a/model-q4_k_m', most: 2e-2, options: [] },
  { source: 'a', golden: 'a/safetensors', most: 5e-2, options: ['--format', 'q8'] },
  { source: 'b', golden: 'b/safetensors', most: 5e-2, options: ['--format', 'q8'] },
];

for (const { source, golden, most, options } of CASES) {
  test(`${source} ${options.join(' ')} imported by the page computes the golden's logits and picks`, async () => {
    const { ids, picks, logit_std }: Golden = JSON.parse(readFileSync(join(REFS, `${golden}.json`), 'utf8'));
    const file = join(folder, golden.replaceAll('/', '-'));
    const args = ['run', '--model', join(REFS, source), '--ids', ids.join(), '--max-tokens', '1', '--temperature', '0'];
    const { status, stdout, stderr } = await mixtab([...args, '--json', '--logits', file, ...options], folder);
    expect([status, stderr]).toEqual([0, '']);

    const expected = floats(readFileSync(join(REFS, `${golden}.logits.f32`)));
    const got = floats(readFileSync(file));
    expect(got.length).toBe(expected.length);
    const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
    console.log(`${golden} ${options.join(' ')}: ${(worst / logit_std).toExponential(1)} of the deviation`);
    expect(worst / logit_std).toBeLessThan(most);
    const report: RunReport = JSON.parse(stdout);
    const prompt = report.routing.map((layer) => layer.slice(0, ids.length).map((pick) => pick.toSorted()));
    expect(prompt).toEqual(picks.map((layer) => layer.map((pick) => pick.toSorted())));
  });
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
