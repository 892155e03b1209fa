import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { RecordReader } from '../pack/record-reader';
import { MixtabError } from '../protocol/errors';
import { type PagingOptions, POLICY_NAMES } from '../protocol/paging';
import type { GpuModel } from './gpu-model';
import { closeTestModel, GREEDY, openTestModel, type TestModel, testModel } from './testing';

const opened: GpuModel[] = [];
afterEach(() => {
  for (const model of opened.splice(0)) closeTestModel(model);
});

const open = async (...args: Parameters<typeof openTestModel>): Promise<GpuModel> => {
  const model = await openTestModel(...args);
  opened.push(model);
  return model;
};

const PROMPT = [1, 7, 30, 12, 200, 501, 77];
const TOKENS = 10;

/** With few slots a prompt begins again at its first layer after each of them. */
const MOST_FAILURES = 6;

/**
 * Reads as a hard disk, a busy machine and a bad cable would: pieces in any order, other work between them, some reads end in an error. Dense records, which
 * are read before any paging, come whole.
 */
function troubled({ reader }: TestModel, seed: number): { reader: RecordReader; failures: () => number } {
  const random = fc.sample(fc.infiniteStream(fc.nat(999)), { seed, numRuns: 1 })[0] as Iterator<number>;
  const draw = (below: number) => (random.next().value as number) % below;
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
  let failures = 0;
  return {
    failures: () => failures,
    reader: {
      has: () => true,
      async read(name, sink, options) {
        if (!name.startsWith('expert')) return reader.read(name, sink, options);
        let record = new Uint8Array(0);
        await reader.read(name, (piece) => {
          record = piece.slice();
        });
        const pieces = Array.from({ length: 4 }, (_, n) => Math.floor((record.length / 4 / 4) * n) * 4);
        for (const start of pieces.toSorted(() => draw(3) - 1)) {
          for (let turns = draw(3); turns > 0; turns--) await turn();
          if (options?.signal?.aborted) throw new MixtabError('aborted', 'stopped');
          if (failures < MOST_FAILURES && draw(12) === 0) {
            failures++;
            throw new MixtabError('record-broken', `${name}: broken for once`);
          }
          const end = pieces[pieces.indexOf(start) + 1] ?? record.length;
          sink(record.slice(start, end), start);
        }
      },
    },
  };
}

/** Prompt and greedy answer with all their logits. What fails because of a read is asked for again. */
async function run(model: GpuModel, beforeToken: (n: number) => Promise<void> = async () => {}): Promise<number[]> {
  const logits: number[] = [];
  const { runner } = model;
  const first = await again(async () => {
    logits.length = 0;
    return runner.prefill(PROMPT, 0, { sampling: GREEDY, onLogits: (rows) => logits.push(...rows) });
  });
  for (let n = 0, { token } = first; n < TOKENS; n++) {
    await beforeToken(n);
    const last = token;
    ({ token } = await again(() => runner.decode(PROMPT.length + n, { sampling: GREEDY, token: last })));
    logits.push(...(await runner.readLogits()), token);
  }
  return logits;
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MixtabError && error.code === 'record-broken')) throw error;
    }
  }
}

test('any budget, policy, RAM, prefetch and pinning gives the same bits, whatever the reads do, also when the budget changes in mid-answer', async () => {
  const model = await testModel('a');
  const full = await open(model);
  const { leastBytes, mostBytes, slotBytes } = full.plan;
  const expected = await run(full);
  const budget = fc.integer({ min: leastBytes, max: mostBytes });
  const paging: fc.Arbitrary<PagingOptions> = fc.record({
    policy: fc.constantFrom(...POLICY_NAMES),
    ramBytes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 24 * slotBytes })),
    prefetch: fc.boolean(),
    pinned: fc.array(fc.record({ layer: fc.nat(2), expert: fc.nat(7) }), { maxLength: 3 }),
  });
  let failures = 0;
  const changes = fc.dictionary(fc.nat(TOKENS - 1).map(String), budget, { maxKeys: 3 });
  await fc.assert(
    fc.asyncProperty(budget, paging, changes, fc.nat(), async (budgetBytes, options, budgets, seed) => {
      const trouble = troubled(model, seed);
      const paged = await open({ ...model, reader: trouble.reader }, { budgetBytes, paging: options });
      const got = await run(paged, async (n) => {
        const change = budgets[n];
        if (change === undefined) return;
        paged.pager.welcome(await paged.setBudget(change));
        expect(paged.gpu.memory.bytes).toBeLessThanOrEqual(change);
      });
      expect(got).toEqual(expected);
      failures += trouble.failures();
      await paged.pager.quiesce();
      closeTestModel(paged);
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(failures).toBeGreaterThan(0);
}, 240_000);
