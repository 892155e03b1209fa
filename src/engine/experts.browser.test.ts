import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KeptExperts } from '../model/expert-mask';
import { footprint } from '../pack/footprint';
import { layoutOf, packLayout, recordNames } from '../pack/layout';
import { prunedLayout, prunedRecord } from '../pack/prune-pack';
import type { GenerateRequest } from '../protocol/engine';
import { forward } from '../reference/forward';
import { KvCache } from '../reference/kv-cache';
import { generate } from './generate';
import type { GpuModel } from './gpu-model';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';
import { closeTestModel, GREEDY, openTestModel, type TestModel, TINY, testModel, worstDifference } from './testing';

/** Of the logits' standard deviation. */
const TOLERANCE = 1e-3;
/** Tokens of the prompt; those after them are decoded. */
const PROMPT = 40;

describe('a model of which some experts may be picked', () => {
  /** Three layers of eight. */
  const kept = [
    [0, 2, 5, 7],
    [1, 2, 3, 6],
    [0, 1, 6, 7],
  ];
  let model: TestModel;
  let ids: number[];
  const opened: GpuModel[] = [];

  beforeAll(async () => {
    model = await testModel('a');
    ids = Array.from({ length: PROMPT + 6 }, (_, i) => (i * 7919 + 1) % model.manifest.config.vocabSize);
  });
  afterEach(() => {
    for (const each of opened.splice(0)) closeTestModel(each);
  });

  async function open(...args: Parameters<typeof openTestModel>): Promise<GpuModel> {
    const gpuModel = await openTestModel(...args);
    opened.push(gpuModel);
    return gpuModel;
  }

  /** Logits and picks of all of `ids`, the last ones decoded. */
  async function run({ runner }: GpuModel, experts: KeptExperts) {
    const logits: number[] = [];
    runner.startRequest(ids, [], experts);
    const { routes } = await runner.prefill(ids.slice(0, PROMPT), 0, {
      sampling: GREEDY,
      onLogits: (rows) => logits.push(...rows),
    });
    for (let position = PROMPT; position < ids.length; position++) {
      routes.push(...(await runner.decode(position, { sampling: GREEDY, token: ids[position] })).routes);
      logits.push(...(await runner.readLogits()));
    }
    return { logits, routes, picks: routes.map((layers) => layers.map((route) => route.experts)) };
  }

  test('computes what the twin does, and scores no other expert', async () => {
    const { config } = model.manifest;
    const got = await run(await open(model), kept);
    const expected = forward(model.weights, ids, new KvCache(config, 'f16'), undefined, kept);
    const mean = expected.logits.reduce((a, b) => a + b) / expected.logits.length;
    const std = Math.sqrt(expected.logits.reduce((sum, v) => sum + (v - mean) ** 2, 0) / expected.logits.length);
    expect(got.logits.length).toBe(expected.logits.length);
    expect(worstDifference(got.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
    expect(got.picks).toEqual(ids.map((_, t) => expected.picks.map((layer) => layer[t])));
    for (const layers of got.routes) {
      for (const [layer, { scores }] of layers.entries()) {
        const own = kept[layer] as number[];
        expect([...scores.keys()].filter((expert) => scores[expert] !== 0)).toEqual(own);
        expect(scores.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      }
    }
  });

  test('gives the bits of the model pruned to them', async () => {
    const got = await run(await open(model), kept);
    const alone = await run(await open(pruned(model, kept)), null);
    expect(got.logits).toEqual(alone.logits);
    expect(got.picks).toEqual(alone.picks.map((layers) => layers.map((picks, l) => picks.map((e) => kept[l]?.[e]))));
  });

  test('gives the same bits with the least memory, and reads no other expert', async () => {
    const expected = await run(await open(model), kept);
    const { leastBytes } = footprint(packLayout(model.manifest.config, model.manifest.formats), 128);
    model.reads.length = 0;
    const small = await open(model, { budgetBytes: leastBytes });
    expect((await run(small, kept)).logits).toEqual(expected.logits);
    const read = new Set(model.reads.filter((name) => name.startsWith('expert/')));
    const allowed = kept.flatMap((layer, l) => layer.map((expert) => `expert/${l}/${expert}`));
    expect(read.size).toBeGreaterThan(6);
    expect([...read].filter((name) => !allowed.includes(name))).toEqual([]);
  });

  /** Cut as `mixtab` cuts a pack, in memory. */
  function pruned({ manifest, reader, ...rest }: TestModel, keep: number[][]): TestModel {
    const [before, after] = [packLayout(manifest.config, manifest.formats), prunedLayout(manifest, keep)];
    const names = recordNames(after.config);
    return {
      ...rest,
      manifest: { ...manifest, config: after.config },
      reader: {
        has: (name) => names.includes(name),
        async read(name, sink) {
          const { source, copies } = prunedRecord(before, after, keep, name);
          await reader.read(source, (bytes) => {
            const { bytes: length } = layoutOf(after, name);
            const record = new Uint8Array(length);
            for (const { from, to, bytes: some } of copies ?? [{ from: 0, to: 0, bytes: length }])
              record.set(bytes.subarray(from, from + some), to);
            sink(record, 0);
          });
        },
      },
    };
  }
});

describe('a request that names experts', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    const signal = new AbortController().signal;
    model = await LoadedModel.load(TINY, { kernelVariant: 'row' }, new LoadTracker(() => {}), () => {}, signal);
  });
  afterAll(() => model.unload());

  const STORY: GenerateRequest['input'] = { messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] };
  const experts = Array.from({ length: 4 }, (_, layer) => [0, 1, 2, 3].map((e) => e + (layer % 2) * 4));

  function ask(request: Partial<GenerateRequest>, onDelta = () => {}) {
    const complete = { id: 'r', input: STORY, sampling: GREEDY, maxTokens: 12, stop: [], ...request };
    return generate(model, complete, new AbortController().signal, onDelta);
  }

  test('shares no KV cache with others, and leaves nothing behind', async () => {
    const fresh = await ask({});
    const some = await ask({ experts });
    expect(some.stats.cachedTokens).toBe(0);
    expect(some.routing.every((layer, l) => layer.flat().every((expert) => experts[l]?.includes(expert)))).toBe(true);
    expect(some.ids).not.toEqual(fresh.ids);

    const again = await ask({ experts });
    expect(again.stats.cachedTokens).toBe(again.promptIds.length - 1);
    const others = await ask({ experts: experts.toReversed() });
    expect(others.stats.cachedTokens).toBe(0);

    const after = await ask({});
    expect(after.stats.cachedTokens).toBe(0);
    expect([after.ids, after.routing]).toEqual([fresh.ids, fresh.routing]);
    const all = await ask({ experts: experts.map(() => [0, 1, 2, 3, 4, 5, 6, 7]) });
    expect(all.stats.cachedTokens).toBe(all.promptIds.length - 1);
  });

  test('goes on with them after a device loss', async () => {
    const expected = await ask({ experts, maxTokens: 16 });
    let lost = false;
    const result = await ask({ experts, maxTokens: 16 }, () => {
      if (!lost) model.gpuModel.gpu.device.destroy();
      lost = true;
    });
    expect(lost).toBe(true);
    expect(result.ids).toEqual(expected.ids);
  });

  test('is refused where they are too few, before anything is computed', async () => {
    const wrong = { experts: [[0], [0, 1], [0, 1], [0, 1]] };
    await expect(ask(wrong)).rejects.toMatchObject({ code: 'request-invalid', data: { field: 'experts[0]' } });
  });
});
