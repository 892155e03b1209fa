import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample, uniformNumber } from '../../model/sample';
import { GREEDY } from '../../model/sampling';
import type { SamplingParams } from '../../protocol/engine';
import { type Gpu, openGpu } from '../device';
import type { Kernel } from '../kernel';
import { compileKernel, kernelVariants } from '../kernels';
import { MAP_READ, USAGE } from '../usage';
import { IN_PROMPT, packSampleParams, SAMPLE_FIELDS, SAMPLE_PARAMS_BYTES } from './sample';
import code from './sample.wgsl?raw';

const NO_FAULT = 0xffffffff;
/** Share of probability by which float32 sums may be off. */
const HAIR = 3e-6;
const plain: SamplingParams = { ...GREEDY, temperature: 1, seed: 1 };

let gpu: Gpu;
let kernel: Kernel;
let narrow: Kernel;
beforeAll(async () => {
  gpu = await openGpu();
  const [variant] = kernelVariants(gpu);
  if (!variant) throw new Error('no variant');
  kernel = await compileKernel(gpu, 'sample', {}, variant);
  narrow = await compileKernel(gpu, 'sample', { SAMPLE_WG: 64 }, variant);
});
afterAll(() => gpu.memory.destroyAll());

interface Draw {
  params: SamplingParams;
  index: number;
}
interface Outcome {
  token: number;
  counts: Uint32Array;
}

/** Runs one dispatch for each draw on the same logits and counts, in one submit. */
async function run(
  logits: Float32Array<ArrayBuffer>,
  draws: Draw[],
  counts = new Uint32Array(logits.length),
  fault = NO_FAULT,
): Promise<Outcome[]> {
  const size = logits.byteLength;
  const make = (label: string, bytes: number, usage: number) =>
    gpu.memory.createOne(label, bytes, usage | USAGE.copyTarget);
  const [input, original, counted, step, uniform, out] = await Promise.all([
    make('logits', size, USAGE.storage),
    make('original', size, USAGE.copySource),
    make('counts', size, USAGE.storage | USAGE.copySource),
    make('step', 8, USAGE.storage | USAGE.copySource),
    make('params', SAMPLE_PARAMS_BYTES, USAGE.uniform),
    make('out', (4 + size) * draws.length, USAGE.mapRead),
  ]);
  const { queue } = gpu.device;
  queue.writeBuffer(input, 0, logits);
  queue.writeBuffer(original, 0, counts.slice());
  // Both widths, as shape.ts chooses them.
  const used = logits.length === 2048 ? narrow : kernel;
  const groups = used.bind([input, counted, step], uniform);
  for (const [row, { params, index }] of draws.entries()) {
    queue.writeBuffer(step, 0, Uint32Array.of(fault, 77));
    queue.writeBuffer(uniform, 0, packSampleParams(params, { vocabSize: logits.length, index }));
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(original, 0, counted, 0, size);
    const pass = encoder.beginComputePass();
    pass.setPipeline(used.pipeline);
    for (const [at, group] of groups.entries()) pass.setBindGroup(at, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(step, 4, out, (4 + size) * row, 4);
    encoder.copyBufferToBuffer(counted, 0, out, (4 + size) * row + 4, size);
    queue.submit([encoder.finish()]);
  }
  await out.mapAsync(MAP_READ);
  const words = new Uint32Array(out.getMappedRange().slice(0));
  for (const buffer of [input, original, counted, step, uniform, out]) gpu.memory.free(buffer);
  expect(gpu.failure()).toBeNull();
  const stride = 1 + logits.length;
  return draws.map((_, row) => ({
    token: words[row * stride] ?? -1,
    counts: words.slice(row * stride + 1, (row + 1) * stride),
  }));
}

/** Logits much as a model's: roughly normal, `spread` being their standard deviation. */
function randomLogits(vocab: number, seed: number, spread: number): Float32Array<ArrayBuffer> {
  const at = (id: number, part: number) => uniformNumber(seed * 16 + part, id);
  const normal = (id: number) => at(id, 0) + at(id, 1) + at(id, 2) + at(id, 3) + at(id, 4) + at(id, 5) - 3;
  return Float32Array.from({ length: vocab }, (_, id) => normal(id) * spread * Math.SQRT2 + 2);
}

const settings: Partial<SamplingParams>[] = [
  {},
  { temperature: 0 },
  { temperature: 0.7, topP: 0.9 },
  { temperature: 1.5, topP: 0.5 },
  { topP: 0.01 },
  { topK: 1 },
  { topK: 40 },
  { topK: 40, topP: 0.8, temperature: 2 },
  { topK: 300, minP: 0.02 },
  { minP: 0.1, temperature: 3 },
  { temperature: 0.05 },
  { temperature: 100, topP: 0.99 },
];

const penalties: Partial<SamplingParams>[] = [
  { repetitionPenalty: 1.3 },
  { frequencyPenalty: 0.7, temperature: 0 },
  { presencePenalty: -1.5, topK: 50 },
  { repetitionPenalty: 0.8, frequencyPenalty: -0.2, presencePenalty: 1, topP: 0.9 },
];

/** Tokens that the twin draws where every edge lies a hair further to either side. */
function nearly(logits: Float32Array, counts: Uint32Array, params: SamplingParams, index: number): number[] {
  const u = uniformNumber(params.seed, index);
  const sides = [1 - HAIR, 1, 1 + HAIR];
  return sides.flatMap((side) =>
    sides.flatMap((drawSide) =>
      sample(
        logits,
        counts,
        { ...params, topP: Math.min(1, params.topP * side), minP: params.minP * side },
        u + (drawSide - 1),
      ),
    ),
  );
}

describe('sample kernel', () => {
  it.each([517, 2048, 32000])('draws the tokens that its twin draws, vocabulary %i', async (vocab) => {
    let rounded = 0;
    let drawn = 0;
    for (const [round, spread] of (vocab > 4096 ? [1, 6] : [1, 3, 6]).entries()) {
      const logits = randomLogits(vocab, round + 1, spread);
      const counts = Uint32Array.from(
        { length: vocab },
        (_, id) => (id % 7 === 0 ? IN_PROMPT : 0) + (id % 5 === 0 ? id % 3 : 0),
      );
      const draws = [...settings, ...penalties].flatMap((setting, i) =>
        Array.from({ length: 4 }, (_, n) => ({
          params: { ...plain, ...setting, seed: 1000 * i + n },
          index: 10 * round + n,
        })),
      );
      const got = await run(logits, draws, counts);
      drawn += draws.length;
      for (const [i, { params, index }] of draws.entries()) {
        const twin = sample(logits, counts, params, uniformNumber(params.seed, index));
        if (got[i]?.token === twin) continue;
        // Sums of float32 may fall on the other side of a filter's or the draw's edge, and nowhere else.
        rounded++;
        expect(nearly(logits, counts, params, index), JSON.stringify(params)).toContain(got[i]?.token);
      }
    }
    expect(rounded).toBeLessThan(0.02 * drawn);
  });

  it('counts the token it drew and no other', async () => {
    const counts = Uint32Array.from({ length: 517 }, (_, id) => IN_PROMPT + id);
    const [got] = await run(randomLogits(517, 9, 2), [{ params: plain, index: 3 }], counts);
    const wanted = counts.slice();
    wanted[got?.token ?? -1] = (counts[got?.token ?? -1] ?? 0) + 1;
    expect(got?.counts).toEqual(wanted);
  });

  it('takes the lowest ids among equal logits, and no more than reach top-p', async () => {
    const ties = Float32Array.from({ length: 517 }, (_, id) => (id % 100 === 16 ? 4 : -30));
    const seeds = Array.from({ length: 60 }, (_, seed) => seed);
    const tokens = async (setting: Partial<SamplingParams>, logits = ties) => {
      const got = await run(
        logits,
        seeds.map((seed) => ({ params: { ...plain, ...setting, seed }, index: 0 })),
      );
      return [...new Set(got.map(({ token }) => token))].sort((a, b) => a - b);
    };
    expect(await tokens({ temperature: 0 })).toEqual([16]);
    expect(await tokens({ topK: 3 })).toEqual([16, 116, 216]);
    expect(await tokens({ topP: 0.7 })).toEqual([16, 116, 216, 316, 416]);
    expect(await tokens({ topK: 4, topP: 0.6 })).toEqual([16, 116, 216]);
    expect(await tokens({ topP: 0.999 })).toEqual([16, 116, 216, 316, 416, 516]);
    expect(await tokens({ topK: 2 }, Float32Array.of(-0, 0, 0))).toEqual([0, 1]);
    expect(await tokens({ topK: 2 }, Float32Array.of(0, -0, 0))).toEqual([0, 1]);
  });

  it('does nothing when there is a fault', async () => {
    const counts = new Uint32Array(517).fill(3);
    const [got] = await run(randomLogits(517, 2, 1), [{ params: plain, index: 0 }], counts, 5);
    expect(got).toEqual({ token: 77, counts });
  });

  it('gives the same token for the same seed and position, and others for others', async () => {
    const logits = randomLogits(2048, 4, 1);
    const draws = Array.from({ length: 20 }, (_, n) => ({ params: { ...plain, seed: n % 2 }, index: n >> 1 }));
    const tokens = (outcomes: Outcome[]) => outcomes.map(({ token }) => token);
    const once = tokens(await run(logits, draws));
    expect(tokens(await run(logits, draws))).toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(15);
  });

  it('draws as often as the probabilities say (chi-square)', async () => {
    const shares = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];
    const total = 1200;
    const draws = Array.from({ length: total }, (_, n) => ({ params: { ...plain, seed: n >> 4 }, index: n & 15 }));
    const got = await run(Float32Array.from(shares, Math.log), draws);
    const seen = shares.map((_, id) => got.filter(({ token }) => token === id).length);
    const chiSquare = shares.reduce(
      (sum, share, id) => sum + ((seen[id] ?? 0) - share * total) ** 2 / (share * total),
      0,
    );
    expect(chiSquare).toBeLessThan(15.09); // 5 degrees of freedom, 1 %; the seeds are fixed
  });

  it('stays within the vocabulary whatever the logits are', async () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const rows = [[nan, nan, nan], [nan, 1, 2], [-inf, -inf, -inf], [inf, inf, 0], [-inf, 3, -inf], [0]];
    for (const row of rows) {
      const draws = [{}, { temperature: 0 }, { topK: 2, topP: 0.5 }].map((setting) => ({
        params: { ...plain, ...setting },
        index: 0,
      }));
      for (const { token } of await run(Float32Array.from(row), draws)) expect(token).toBeLessThan(row.length);
    }
    const masked = await run(Float32Array.of(-inf, 3, -inf), [{ params: plain, index: 0 }]);
    expect(masked[0]?.token).toBe(1);
  });

  it('has the fields of SampleParams where the WGSL has them', () => {
    const body = /struct SampleParams \{([^}]*)\}/.exec(code)?.[1] ?? '';
    const fields = [...body.matchAll(/(\w+): (\w+),/g)].map(([, name, type]) => [name, type]);
    expect(fields).toEqual(SAMPLE_FIELDS);
    const all = {
      seed: 2,
      topK: 3,
      temperature: 4,
      topP: 0.5,
      minP: 0.25,
      typicalP: 1,
      repetitionPenalty: 7,
      frequencyPenalty: 1.5,
      presencePenalty: -1,
    };
    const packed = packSampleParams(all, { vocabSize: 10, index: 11 });
    expect([...new Uint32Array(packed, 0, 4)]).toEqual([10, 2, 11, 3]);
    expect([...new Float32Array(packed, 16)]).toEqual([4, 0.5, 0.25, 7, 1.5, -1]);
    expect(packed.byteLength).toBe(SAMPLE_PARAMS_BYTES);
  });
});
