import { memorySink } from '../../tests/support/memory-sink';
import { convertCheckpoint } from '../checkpoint/convert';
import { openGgufCheckpoint } from '../checkpoint/gguf-checkpoint';
import { openHfCheckpoint } from '../checkpoint/hf-checkpoint';
import { type GpuLimits, openGpu } from '../gpu/device';
import { blobSource } from '../lib/byte-source';
import type { ModelConfig } from '../model/config';
import { GREEDY } from '../model/sampling';
import { type Formats, MATRIX_FORMATS, type MatrixFormat } from '../pack/formats';
import { packLayout } from '../pack/layout';
import type { Manifest } from '../pack/manifest';
import type { RecordReader } from '../pack/record-reader';
import { pagingMemory } from '../paging/paging-memory';
import type { GenerateRequest, GenerateResult, LoadOptions } from '../protocol/engine';
import { packWeights, type ReferenceWeights } from '../reference/weights';
import { Engine } from './engine';
import { GpuModel } from './gpu-model';

/** Helpers of the browser tests: the engine itself, in the page, on the embedded model. */
export const TINY = { id: 'tiny', url: new URL('/models/tiny/', location.href).href };

export { GREEDY };

export async function loadTiny(options: LoadOptions = {}): Promise<Engine> {
  const engine = new Engine();
  await engine.load(TINY, { kernelVariant: 'row', ...options }, () => {});
  return engine;
}

let requests = 0;

export function ask(engine: Engine, request: Partial<GenerateRequest>): Promise<GenerateResult> {
  const complete = { id: `t${requests++}`, input: { ids: [1] }, sampling: GREEDY, maxTokens: 16, stop: [], ...request };
  return engine.generate(complete, () => {});
}

export async function fixture<T>(path: string): Promise<T> {
  return (await fetch(`/tests/fixtures/${path}`)).json();
}

export async function floats(path: string): Promise<Float32Array> {
  return new Float32Array(await (await fetch(`/tests/fixtures/${path}`)).arrayBuffer());
}

/** Largest difference of two logit tables, as a share of the second's standard deviation. */
export function worstDifference(got: ArrayLike<number>, expected: ArrayLike<number>, std: number): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++)
    worst = Math.max(worst, Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? Number.NaN)));
  return worst / std;
}

/** A model in memory: what the GPU gets, what the twin gets, and which records were read. */
export interface TestModel {
  manifest: Manifest;
  reader: RecordReader;
  weights: ReferenceWeights;
  reads: string[];
}

/**
 * The embedded model, a (3 layers of 8 experts, GQA 4), or b (2 layers, top-1 of 4, tied embeddings, 7 groups a row of w2). `mixed`: with
 * matrices in all formats, others in each layer: of their GGUF files, as Q4_0 is what every format holds.
 */
export type TestModelName = 'tiny' | 'a' | 'b' | 'a mixed' | 'b mixed';

export async function testModel(name: TestModelName): Promise<TestModel> {
  const records = new Map<string, Uint8Array<ArrayBuffer>>();
  const manifest = name === 'tiny' ? await fetchTiny(records) : await convertRef(name, records);
  const bytesOf = (record: string) => records.get(record) as Uint8Array<ArrayBuffer>;
  const reads: string[] = [];
  const reader: RecordReader = {
    has: () => true,
    async read(record, sink) {
      reads.push(record);
      sink(bytesOf(record), 0);
    },
  };
  return { manifest, reader, reads, weights: await packWeights(manifest, async (record) => bytesOf(record)) };
}

async function fetchTiny(records: Map<string, Uint8Array<ArrayBuffer>>): Promise<Manifest> {
  const manifest: Manifest = await (await fetch(`${TINY.url}manifest.json`)).json();
  for (const { name } of manifest.records) {
    records.set(name, new Uint8Array(await (await fetch(`${TINY.url}${name}.bin`)).arrayBuffer()));
  }
  return manifest;
}

async function convertRef(name: string, records: Map<string, Uint8Array<ArrayBuffer>>): Promise<Manifest> {
  const [ref, mixed] = name.split(' ');
  const url = `/tests/fixtures/refs/${ref}/`;
  const folder = {
    name,
    async open(file: string) {
      const answer = await fetch(url + file);
      const missing = !answer.ok || answer.headers.get('content-type')?.includes('text/html');
      return missing ? null : blobSource(await answer.blob(), file);
    },
  };
  const sink = memorySink();
  const checkpoint = mixed ? await openGgufCheckpoint(folder, 'model-q4_0.gguf') : await openHfCheckpoint(folder);
  if (mixed) checkpoint.formats = () => mixedFormats(checkpoint.config);
  const { manifest } = await convertCheckpoint(checkpoint, sink);
  for (const [record, bytes] of sink.records) records.set(record, bytes);
  return manifest;
}

/** Every matrix of a layer in another format than in the next layer; w1 and w3 in another than w2. */
function mixedFormats(c: ModelConfig): Formats {
  const nth = (n: number) => MATRIX_FORMATS[n % MATRIX_FORMATS.length] as MatrixFormat;
  const layers = Array.from({ length: c.nLayers }, (_, l) => ({
    wqkv: nth(2 * l + 3),
    wo: nth(2 * l),
    up: nth(l + 1),
    down: nth(l + 2),
  }));
  return { embedding: 'q8', output: c.tieEmbeddings ? 'q8' : 'q8a', layers };
}

/** `limits`: those of a lesser adapter. */
export async function openTestModel(
  { manifest, reader }: TestModel,
  options: LoadOptions = {},
  limits: Partial<GpuLimits> = {},
): Promise<GpuModel> {
  const gpu = await openGpu();
  Object.assign(gpu.limits, limits);
  const layout = packLayout(manifest.config, manifest.formats);
  const hooks = { onShaders: () => {}, onWeights: () => {}, onResidency: () => {} };
  return GpuModel.open(
    gpu,
    layout,
    pagingMemory(layout, reader, options.paging),
    { kernelVariant: 'row', contextLength: 128, ...options },
    hooks,
  );
}

export function closeTestModel({ gpu }: GpuModel): void {
  gpu.memory.destroyAll();
  gpu.device.destroy();
}
