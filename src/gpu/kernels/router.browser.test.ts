import { afterAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config';
import { type LossyRouting, router } from '../../reference/router';
import type { Variant } from '../kernels';
import { LAYER_BYTES, LAYER_STRIDE, packLayers } from '../layer';
import { packLossy } from './router';
import { Bench, NO_FAULT, state, UNTOUCHED, untouched, worstError } from './testing';
import { concat, constantsOf, Random, row, testConfig } from './testing-data';

const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;
const NONE = NO_FAULT;
const LAYER = 2;

interface Inputs {
  x: Float32Array<ArrayBuffer>;
  norm: Float32Array<ArrayBuffer>;
  gate: Float32Array<ArrayBuffer>;
  slotOf: Uint32Array<ArrayBuffer>;
}

function randomInputs(random: Random, c: ModelConfig, tokens: number): Inputs {
  return {
    x: random.vector(tokens * c.dim, 3),
    norm: random.vector(c.dim),
    gate: random.vector(c.nExperts * c.dim, 1 / Math.sqrt(c.dim)),
    slotOf: Uint32Array.from({ length: c.nLayers * c.nExperts }, (_, i) => 1000 + i),
  };
}

/** The layer's uniform. */
function layerOf(c: ModelConfig, kept: readonly number[] | null): Uint32Array<ArrayBuffer> {
  const layers = kept && Array.from({ length: c.nLayers }, () => kept);
  return packLayers(c, layers).slice((LAYER * LAYER_STRIDE) / 4, (LAYER * LAYER_STRIDE + LAYER_BYTES) / 4);
}

/** Routes `tokens` tokens; there is room for `room` in the outputs. */
async function route(
  c: ModelConfig,
  variant: Variant,
  inputs: Inputs,
  tokens: number,
  room: number,
  faults: boolean,
  lossy: Parameters<typeof packLossy>[0] = {},
  kept: readonly number[] | null = null,
) {
  const { x, norm, gate, slotOf } = inputs;
  const after = await bench.run('router', variant, {
    constants: { ...constantsOf(c), TOKENS: room, FAULTS: faults },
    buffers: {
      x,
      norm,
      gate,
      slot_of: slotOf,
      xn: untouched(room * c.dim),
      route: new Uint32Array(room * (3 * c.topK + c.nExperts)).fill(UNTOUCHED),
      state: state(),
      layer: layerOf(c, kept),
    },
    grid: [tokens],
    uniform: packLossy(lossy),
  });
  const picks = after.route.subarray(0, room * 3 * c.topK);
  const column = (part: number) => picks.filter((_, i) => i % 3 === part);
  return {
    xn: after.xn,
    fault: after.state[0],
    experts: column(0),
    slots: column(1),
    weights: new Float32Array(column(2).buffer),
    logits: new Float32Array(after.route.slice(room * 3 * c.topK).buffer),
    words: after.route,
  };
}

describe.each(bench.variants('workgroup'))('router, workgroup of variant $name', (variant) => {
  it.each([
    { dim: 224, nExperts: 3, topK: 1, tokens: 1 },
    { dim: 96, nExperts: 8, topK: 2, tokens: 33 },
    { dim: 32, nExperts: 64, topK: 4, tokens: 70 },
    { dim: 1056, nExperts: 4, topK: 4, tokens: 2 },
  ])('$nExperts experts, top $topK, $dim columns, $tokens tokens', async ({ tokens, ...shape }) => {
    const c = testConfig(shape);
    const room = tokens + 3;
    const inputs = randomInputs(new Random(c.dim), c, tokens);
    const got = await route(c, variant, inputs, tokens, room, false);
    const expected = Array.from({ length: tokens }, (_, t) =>
      router(c, row(inputs.x, t, c.dim), inputs.norm, inputs.gate),
    );
    const picks = expected.flatMap((r) => r.picks);
    expect([...got.experts.subarray(0, picks.length)]).toEqual(picks);
    expect([...got.slots.subarray(0, picks.length)]).toEqual(picks.map((e) => 1000 + LAYER * c.nExperts + e));
    const close = (values: Float32Array, twins: ArrayLike<number>[]) => {
      const all = concat(twins);
      expect(worstError(values.subarray(0, all.length), all)).toBeLessThan(TOLERANCE);
    };
    close(
      got.weights,
      expected.map((r) => r.weights),
    );
    close(
      got.logits,
      expected.map((r) => r.logits),
    );
    close(
      got.xn,
      expected.map((r) => r.xn),
    );
    // Nothing past the last token.
    const pastPicks = got.words.subarray(picks.length * 3, room * c.topK * 3);
    const pastLogits = got.words.subarray(room * c.topK * 3 + tokens * c.nExperts);
    expect(new Set([...pastPicks, ...pastLogits])).toEqual(new Set([UNTOUCHED]));
    expect(got.xn.subarray(tokens * c.dim)).toEqual(untouched(3 * c.dim));
  });

  it.each([
    { dim: 96, nExperts: 8, topK: 2, tokens: 33 },
    { dim: 32, nExperts: 64, topK: 4, tokens: 5 },
    { dim: 64, nExperts: 33, topK: 1, tokens: 3 },
  ])('of $nExperts experts picks the top $topK of some as one whose gate has these rows alone', async (shape) => {
    const c = testConfig(shape);
    const { tokens } = shape;
    const random = new Random(shape.nExperts);
    const inputs = randomInputs(random, c, tokens);
    for (const least of [c.topK, Math.ceil(c.nExperts / 2)]) {
      const ids = Array.from({ length: c.nExperts }, (_, e) => e);
      const kept = ids.filter((e) => e >= c.nExperts - least || random.uniform() < 0.3);
      const got = await route(c, variant, inputs, tokens, tokens, false, {}, kept);
      const cut = { ...c, nExperts: kept.length };
      const rows = Float32Array.from(kept.flatMap((e) => [...inputs.gate.subarray(e * c.dim, (e + 1) * c.dim)]));
      const alone = await route(cut, variant, { ...inputs, gate: rows }, tokens, tokens, false);
      expect([...got.experts]).toEqual([...alone.experts].map((e) => kept[e]));
      // The same bits.
      expect(got.weights).toEqual(alone.weights);
      for (let t = 0; t < tokens; t++) {
        const own = got.logits.subarray(t * c.nExperts, (t + 1) * c.nExperts);
        expect(kept.map((e) => own[e])).toEqual([...alone.logits.subarray(t * kept.length, (t + 1) * kept.length)]);
        for (const e of ids) if (!kept.includes(e)) expect(own[e]).toBeLessThan(-3e38);
        const twin = router(c, row(inputs.x, t, c.dim), inputs.norm, inputs.gate, undefined, kept);
        expect([...got.experts.subarray(t * c.topK, (t + 1) * c.topK)]).toEqual(twin.picks);
      }
    }
  });

  const c = testConfig({ dim: 96, nExperts: 8, topK: 3 });

  it('picks the lower id of equal logits first', async () => {
    const inputs = randomInputs(new Random(1), c, 1);
    const all = await route(c, variant, { ...inputs, gate: inputs.gate.fill(0) }, 1, 1, true);
    expect([...all.experts]).toEqual([0, 1, 2]);
    expect(worstError(all.weights, Float64Array.of(1 / 3, 1 / 3, 1 / 3))).toBeLessThan(TOLERANCE);
    // Experts 5 and 6 are equal and best, 1, 2 and 7 equal and next, the others last.
    const [x = Number.NaN] = inputs.x;
    const [norm = Number.NaN] = inputs.norm;
    const gate = new Float32Array(inputs.gate.length);
    for (const [expert, logit] of [0, 1, 1, 0, 0, 2, 2, 1].entries())
      gate[expert * c.dim] = logit * Math.sign(x * norm);
    const some = await route(c, variant, { ...inputs, gate }, 1, 1, true);
    expect([...some.experts]).toEqual([5, 6, 1]);
  });

  it('names its layer as the fault where decode picks an expert without a slot, and only there', async () => {
    const inputs = randomInputs(new Random(2), c, 1);
    const picks = router(c, row(inputs.x, 0, c.dim), inputs.norm, inputs.gate).picks;
    const without = (expert: number | undefined, layer = LAYER) => {
      const slotOf = inputs.slotOf.slice();
      slotOf[layer * c.nExperts + (expert ?? 0)] = NONE;
      return { ...inputs, slotOf };
    };
    const idle = Array.from({ length: c.nExperts }, (_, e) => e).find((e) => !picks.includes(e));
    const faultOf = async (some: Inputs, faults: boolean) => (await route(c, variant, some, 1, 1, faults)).fault;
    for (const pick of picks) expect(await faultOf(without(pick), true)).toBe(LAYER);
    expect(await faultOf(inputs, true)).toBe(NO_FAULT);
    expect(await faultOf(without(idle), true)).toBe(NO_FAULT);
    expect(await faultOf(without(picks[0], LAYER - 1), true)).toBe(NO_FAULT);
    const prefill = await route(c, variant, without(picks[1]), 1, 1, false);
    expect(prefill.fault).toBe(NO_FAULT);
    expect([...prefill.experts]).toEqual(picks);
    expect(prefill.slots[1]).toBe(NONE);
  });

  describe('lossy', () => {
    /** All experts of the other layers have slots, and of this one those that are named. */
    const withResidents = (inputs: Inputs, residents: number[]): Inputs => {
      const isMissing = (i: number) => Math.floor(i / c.nExperts) === LAYER && !residents.includes(i % c.nExperts);
      return { ...inputs, slotOf: inputs.slotOf.map((slot, i) => (isMissing(i) ? NONE : slot)) };
    };
    const everywhere = Array.from({ length: c.nExperts }, (_, e) => e);
    const twin = (inputs: Inputs, residents: number[], lossy: Partial<LossyRouting>, may = everywhere) => {
      const all = { residentMargin: 0, skipBelow: 0, isResident: (e: number) => residents.includes(e), ...lossy };
      return router(c, row(inputs.x, 0, c.dim), inputs.norm, inputs.gate, all, may);
    };
    const expectTwin = async (
      inputs: Inputs,
      residents: number[],
      lossy: Partial<LossyRouting>,
      faults = true,
      may = everywhere,
    ) => {
      const expected = twin(inputs, residents, faults ? lossy : { ...lossy, residentMargin: 0 }, may);
      const got = await route(c, variant, withResidents(inputs, residents), 1, 1, faults, lossy, may);
      const kept = [...got.experts.keys()].filter((k) => got.experts[k] !== NONE);
      expect(kept.map((k) => got.experts[k])).toEqual(expected.picks);
      const weights = Float32Array.from(kept, (k) => got.weights[k] as number);
      expect(worstError(weights, Float64Array.from(expected.weights))).toBeLessThan(TOLERANCE);
      for (const [k, expert] of got.experts.entries()) {
        if (expert === NONE) expect([got.slots[k], got.weights[k]]).toEqual([NONE, 0]);
        else expect(got.slots[k]).toBe(residents.includes(expert) ? 1000 + LAYER * c.nExperts + expert : NONE);
      }
      const missing = expected.picks.some((e) => !residents.includes(e));
      expect(got.fault).toBe(faults && missing ? LAYER : NO_FAULT);
      const logits = (of: ArrayLike<number>) => may.map((e) => of[e] as number);
      expect(worstError(logits(got.logits), Float64Array.from(logits(expected.logits)))).toBeLessThan(TOLERANCE);
      return expected;
    };

    it('picks, weighs and faults as the twin at any residency, margin and threshold, also among some experts alone', async () => {
      const random = new Random(3);
      let [replaced, skipped] = [0, 0];
      const fewer = everywhere.filter((e) => e % 3 !== 1);
      for (let n = 0; n < 24; n++) {
        const inputs = randomInputs(random, c, 1);
        const residents = Array.from({ length: c.nExperts }, (_, e) => e).filter(() => random.uniform() < 0.5);
        const residentMargin = [0, 0.5, 2, 1e38][n % 4] as number;
        const skipBelow = [0, 0.05, 0.3][n % 3] as number;
        const may = n % 2 === 0 ? everywhere : fewer;
        const got = await expectTwin(inputs, residents, { residentMargin, skipBelow }, n % 5 > 0, may);
        const exact = twin(inputs, residents, {}, may).picks;
        replaced += got.picks.filter((e) => !exact.includes(e)).length;
        skipped += c.topK - got.picks.length;
      }
      expect(replaced).toBeGreaterThan(5);
      expect(skipped).toBeGreaterThan(5);
    });

    it('replaces the second choice first, of equal residents by the lower id, and never the first choice', async () => {
      const inputs = randomInputs(new Random(1), c, 1);
      const all = { ...inputs, gate: inputs.gate.fill(0) };
      const margin = { residentMargin: 1e38 };
      expect((await expectTwin(all, [0, 4, 5, 7], margin)).picks).toEqual([0, 4, 5]);
      expect((await expectTwin(all, [7], margin)).picks).toEqual([0, 7, 2]);
      expect((await expectTwin(all, [2, 6], margin)).picks).toEqual([0, 6, 2]);
      // Only the first is resident: nothing can stand in, and the others fault.
      expect((await expectTwin(all, [0], margin)).picks).toEqual([0, 1, 2]);
      expect((await expectTwin(all, [0, 4, 5], { residentMargin: 0 })).picks).toEqual([0, 1, 2]);
    });

    it('leaves out by weight, never at the threshold and never the first choice', async () => {
      const inputs = randomInputs(new Random(1), c, 1);
      expect((await expectTwin(inputs, everywhere, { skipBelow: 1 })).weights).toEqual([1]);
      const second = { ...c, topK: 2 };
      const equal = { ...inputs, gate: inputs.gate.slice().fill(0) };
      const at = await route(second, variant, equal, 1, 1, true, { skipBelow: 0.5 });
      expect([...at.experts]).toEqual([0, 1]);
      const above = await route(second, variant, equal, 1, 1, true, { skipBelow: 0.5000001 });
      expect([...above.words.subarray(0, 6)]).toEqual([0, 1000 + LAYER * c.nExperts, 0x3f800000, NONE, NONE, 0]);
    });

    it('changes no bit where it has nothing to do', async () => {
      const inputs = randomInputs(new Random(4), c, 1);
      const exact = await route(c, variant, inputs, 1, 1, true);
      const idle = await route(c, variant, inputs, 1, 1, true, { residentMargin: 1e38, skipBelow: 1e-30 });
      expect(idle).toEqual(exact);
      const missing = withResidents(inputs, []);
      const off = await route(c, variant, missing, 1, 1, true);
      expect([...off.experts, ...off.weights]).toEqual([...exact.experts, ...exact.weights]);
      expect(off.fault).toBe(LAYER);
    });
  });
});
