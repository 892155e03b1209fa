import { expect, test } from 'vitest';
import { extentOf } from '../model/buffers';
import { fixedBytes, slotBytes } from '../pack/footprint';
import { packLayout } from '../pack/layout';
import { validateManifest } from '../pack/manifest';
import { planBudget } from '../paging/budget';
import { makePolicy } from '../paging/policies';
import { type Simulation, simulate } from '../paging/simulator';
import { parseTrace, writeTrace } from '../paging/trace';
import type { PolicyName } from '../protocol/paging';
import type { Trace } from '../protocol/trace';
import { ask, loadTiny, TINY } from './testing';

/** More than the embedded model could use. */
const LIMITS = { maxBindingBytes: 2 ** 30, maxBufferBytes: 2 ** 30 };

/** Slots of 32 experts. Each is a load: so every policy at one budget, the default at two. */
const RUNS: [PolicyName, number][] = [
  ['lru', 12],
  ['lfu', 24],
  ['lfru', 8],
  ['least-stale', 16],
  ['reuse', 8],
  ['reuse', 24],
];

test("the simulator finds, on a run's own trace, the hits and misses that the engine counted", async () => {
  for (const [policy, slots] of RUNS) {
    const { trace, counted, arenas } = await run(policy, slots);
    const again = (of: Trace) => countsOf(simulate(of, { arenas, policy: makePolicy(policy, of.model) }));
    expect([policy, slots, again(trace)]).toEqual([policy, slots, counted]);
    // As a file its scores have four digits.
    const { hits } = again(parseTrace(writeTrace(trace)));
    expect(Math.abs(hits - counted.hits) / (counted.hits + counted.misses)).toBeLessThan(0.01);
  }
}, 300_000);

async function run(policy: PolicyName, slots: number) {
  const { config, formats } = validateManifest(await (await fetch(`${TINY.url}manifest.json`)).json());
  const pack = packLayout(config, formats);
  const [fixed, slot] = [fixedBytes(pack, extentOf(config)), slotBytes(pack)];
  const budgetBytes = fixed + slots * slot;
  const { arenas } = planBudget(config, LIMITS, slot, fixed, budgetBytes);
  const paging = { policy, prefetch: false, warmStart: false, ramBytes: 0 };
  const engine = await loadTiny({ budgetBytes, paging });
  const results = [
    await ask(engine, { input: { prompt: 'Once upon a time' }, maxTokens: 10, trace: true }),
    await ask(engine, { input: { prompt: 'What is 12 + 7?' }, maxTokens: 10, trace: true }),
  ];
  await engine.unload();
  const steps = results.flatMap((result) => result.trace?.steps ?? []);
  const model = results[0]?.trace?.model;
  if (!model) throw new Error('trace: expected one, got none');
  const sum = (of: 'hits' | 'misses') => results.reduce((total, { stats }) => total + stats[of], 0);
  return { arenas, trace: { model, steps }, counted: { hits: sum('hits'), misses: sum('misses') } };
}

const countsOf = ({ prefill, decode }: Simulation) => ({
  hits: prefill.hits + decode.hits,
  misses: prefill.misses + decode.misses,
});
