import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convert } from '../bin/cli/convert';
import { failureLine } from '../bin/cli/failure';
import { reportTable } from '../bin/cli/report-table';
import { type Manifest, recordPath } from '../src/pack/manifest';
import { type EvalText, meanNll } from '../src/reference/evaluate';
import { forward } from '../src/reference/forward';
import { KvCache } from '../src/reference/kv-cache';
import { packWeights, type ReferenceWeights } from '../src/reference/weights';

const PROMPTS = ['story', 'scene', 'sum', 'raw'];
const GREEDY_TOKENS = 24;
/** What comes from the source as it is: held-out texts, and what the unquantized model makes of them and of the prompts. */
const COPIED = ['eval.json', 'eval.reference.json', ...PROMPTS.map((p) => `golden-${p}.json`)];

/** Remakes all that derives from the weights of the embedded model below `root`, the repository. Resolves to the exit status. */
export async function main(source: string, root: string): Promise<number> {
  try {
    await remakeTiny(source, root, console.log);
    return 0;
  } catch (error) {
    console.error(failureLine(error));
    return 1;
  }
}

async function remakeTiny(source: string, root: string, log: (line: string) => void): Promise<void> {
  const pack = join(root, 'public/models/tiny');
  const fixtures = join(root, 'tests/fixtures/tiny');
  const { manifest, report } = await convert(source, pack, { format: 'q4', name: 'Mixtab Tiny' });
  log(reportTable(report));

  await mkdir(fixtures, { recursive: true });
  for (const file of COPIED) await writeFile(join(fixtures, file), await readFile(join(source, file)));
  const weights = await packWeights(manifest, (record) => readFile(join(pack, recordPath(record))));
  await writeGoldens(weights, fixtures);
  await writeEvaluation(weights, manifest, fixtures, log);
}

/** What the twin makes of the packed weights, with keys and values rounded to f16 as the GPU stores them. */
async function writeGoldens(weights: ReferenceWeights, fixtures: string): Promise<void> {
  const goldens = [];
  for (const name of PROMPTS) {
    const { text, ids } = await readJson<{ text: string; ids: number[] }>(join(fixtures, `golden-${name}.json`));
    const cache = new KvCache(weights.config, 'f16', ids.length + GREEDY_TOKENS);
    const { logits, picks } = forward(weights, ids, cache);
    const vocab = weights.config.vocabSize;
    const argmax = ids.map((_, t) => greatest(logits.subarray(t * vocab, (t + 1) * vocab)));
    const greedy = [argmax.at(-1) as number];
    while (greedy.length < GREEDY_TOKENS) greedy.push(greatest(forward(weights, greedy.slice(-1), cache).logits));
    const file = `q4-golden-${name}.logits.f32`;
    await writeFile(join(fixtures, file), new Uint8Array(Float32Array.from(logits).buffer));
    goldens.push({ name, text, ids, argmax, greedy, picks, logitStd: deviation(logits), logits: file });
  }
  await writeFile(join(fixtures, 'q4-goldens.json'), `${JSON.stringify(goldens)}\n`);
}

async function writeEvaluation(
  weights: ReferenceWeights,
  manifest: Manifest,
  fixtures: string,
  log: (line: string) => void,
): Promise<void> {
  const texts = await readJson<EvalText[]>(join(fixtures, 'eval.json'));
  const reference = await readJson<{ bf16: Record<string, number> }>(join(fixtures, 'eval.reference.json'));
  const q4 = meanNll(weights, texts, 'f16');
  for (const [kind, nll] of Object.entries(q4)) {
    const before = reference.bf16[kind] ?? Number.NaN;
    log(`${kind}: ${nll.toFixed(4)} nats a token, ${before} before quantization, ${(nll - before).toFixed(4)} more`);
  }
  const evaluation = { unit: 'nats a token', source: manifest.source, q4 };
  await writeFile(join(fixtures, 'q4-eval.json'), `${JSON.stringify(evaluation, null, 1)}\n`);
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

function greatest(logits: Float64Array): number {
  return logits.indexOf(Math.max(...logits));
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}
