import { extentOf } from '../src/model/buffers';
import { bytesPerToken, fixedBytes, slotBytes } from '../src/pack/footprint';
import { belady } from '../src/paging/belady';
import { planBudget } from '../src/paging/budget';
import { hitRate, oneArena } from '../src/paging/comparison';
import { DEFAULT_POLICY, makePolicy } from '../src/paging/policies';
import { computeSeconds } from '../src/paging/rules-of-thumb';
import { type SimulateOptions, type Simulation, simulate } from '../src/paging/simulator';
import type { ArenaPlan } from '../src/paging/slots';
import { mixtralLayout, syntheticMixtral } from '../src/paging/synthetic-routing';
import { parseTrace } from '../src/paging/trace';
import { POLICY_NAMES, type PolicyName } from '../src/protocol/paging';
import type { Trace } from '../src/protocol/trace';

/** Tokens that are simulated, and those of them that only fill the slots: rates are then good to about a percent. */
const TOKENS = 230;
const WARM_UP = 30;

const BUDGETS_GB = [2.5, 4, 6, 8, 10, 12, 16, 20, 24];
const LOSSY_BUDGETS_GB = [4, 8, 12, 16, 20];
const STORAGE_GBPS = [0.5, 1, 2, 3, 6];
const GPU_BYTES_PER_SECOND = 400e9;

/** Bindings of 2 GiB: what desktop adapters grant Chrome. */
const LIMITS = { maxBindingBytes: 2 ** 31 - 4, maxBufferBytes: 2 ** 31 };

const SLOTS = [10, 20, 40, 64, 96, 128, 192];

/** Share of the memory for experts that stand-ins take, as in src/engine/plan-model.ts. */
const STAND_IN_SHARE = 0.5;

const mixtral = mixtralLayout();

/** Of a 2-bit copy of an expert: 2.5 bits a weight. */
const COPY_BYTES = (3 * mixtral.config.dim * mixtral.config.hiddenDim * 2.5) / 8;
const trace = syntheticMixtral(TOKENS);

export function traceHits(text: string): Record<string, string> {
  const tiny = parseTrace(text);
  const { nLayers, nExperts } = tiny.model;
  const counts = [0.25, 0.5, 0.75].map((share) => share * nLayers * nExperts);
  const share = (slots: number) => `${slots} (${(100 * slots) / (nLayers * nExperts)}%)`;
  const rows = counts.map((slots) => {
    const { rates, best } = compared(tiny, oneArena(nLayers, slots));
    const [lru, own] = [rates.get('lru') ?? 0, rates.get(DEFAULT_POLICY) ?? 0];
    return [share(slots), ...[...rates.values()].map(percent), percent(best), percent((own - lru) / (best - lru))];
  });
  const layouts = counts.map((slots) => {
    const one = compared(tiny, oneArena(nLayers, slots), ['lru', DEFAULT_POLICY]);
    const each = compared(tiny, perLayer(nLayers, slots), ['lru', DEFAULT_POLICY]);
    return [share(slots), ...[one, each].flatMap(({ rates, best }) => [...rates.values(), best].map(percent))];
  });
  const under = (where: string) => ['lru', DEFAULT_POLICY, 'Belady'].map((name) => `${name}, ${where}`);
  return {
    'trace hits': markdown(['slots', ...POLICY_NAMES, 'Belady', 'of the gap closed'], rows),
    layouts: markdown(['slots', ...under('shared'), ...under('a layer its own')], layouts),
  };
}

/** Hits of every policy on the synthetic Mixtral; `rates`: those of the default. */
export function mixtralHits(): { table: string; rates: { slots: number; rate: number }[] } {
  const rows = SLOTS.map((slots) => ({ slots, ...compared(trace, oneArena(32, slots)) }));
  const table = markdown(
    ['slots', ...POLICY_NAMES, 'Belady'],
    rows.map(({ slots, rates, best }) => [String(slots), ...[...rates.values()].map(percent), percent(best)]),
  );
  const simulated = [...SLOTS, 160, 224]
    .sort((a, b) => a - b)
    .map((slots) => ({ slots, rate: hitRate(run({ arenas: oneArena(32, slots) }).decode) }));
  return { table, rates: [{ slots: 0, rate: 0 }, ...simulated, { slots: 256, rate: 1 }] };
}

export function mixtralSpeeds(): Record<string, string> {
  const rows = BUDGETS_GB.map((gb) => {
    const { slots, arenas } = cut(gb);
    const result = run({ arenas });
    return [
      ...budgetCells(gb, slots, hitRate(result.decode)),
      paged(result),
      ...STORAGE_GBPS.map((s) => speed(result, s)),
    ];
  });
  return { exact: markdown(['budget', 'slots', 'hits', 'paged a token', ...storageHeads()], rows) };
}

const MODES: { name: string; lossy: NonNullable<SimulateOptions['lossy']> }[] = [
  { name: 'margin 0.5', lossy: { residentMargin: 0.5 } },
  { name: 'margin 1', lossy: { residentMargin: 1 } },
  { name: 'skip 0.3', lossy: { skipBelow: 0.3 } },
];

export function lossyTables(): Record<string, string> {
  const budgets = LOSSY_BUDGETS_GB;
  const tables = MODES.map(({ name, lossy }) => {
    const rows = budgets.map((gb) => {
      const { slots, arenas } = cut(gb);
      const result = run({ arenas, lossy });
      const changed = percent((result.replaced + result.skipped) / (result.tokens * 64));
      return [...budgetCells(gb, slots, hitRate(result.decode)), changed, ...STORAGE_GBPS.map((s) => speed(result, s))];
    });
    return [name, markdown(['budget', 'slots', 'hits', 'picks changed', ...storageHeads()], rows)];
  });
  return { ...Object.fromEntries(tables), 'stand-ins': standIns(budgets) };
}

function standIns(budgets: number[]): string {
  const rows = budgets.map((gb) => {
    const { leastBytes, fixedBytes: fixed } = cut(gb);
    const standIns = Math.min(256, Math.floor(((gb * 1e9 - leastBytes) * STAND_IN_SHARE) / COPY_BYTES));
    const plan = planBudget(mixtral.config, LIMITS, slotBytes(mixtral), fixed + standIns * COPY_BYTES, gb * 1e9);
    const results = STORAGE_GBPS.map((storage) => {
      const speeds = { ...timing(), storageBytesPerSecond: storage * 1e9 };
      return run({ arenas: plan.arenas, lossy: { standIns }, speeds });
    });
    const share = percent((results[1]?.stoodIn ?? 0) / ((results[1]?.tokens ?? 1) * 64));
    const cells = [`${gb} GB`, `${plan.slots} + ${standIns}`, share];
    return [...cells, ...results.map(({ tokens, seconds }) => digits.format(tokens / seconds))];
  });
  return markdown(['budget', 'slots + copies', 'picks on copies (1 GB/s)', ...storageHeads()], rows);
}

const timing = () => ({
  expertBytes: slotBytes(mixtral),
  storageBytesPerSecond: 1e9,
  computeSeconds: computeSeconds(bytesPerToken(mixtral, 2048), GPU_BYTES_PER_SECOND),
});

const run = (options: Omit<SimulateOptions, 'policy'>): Simulation =>
  simulate(trace, { policy: makePolicy(DEFAULT_POLICY, trace.model), warmUp: WARM_UP, speeds: timing(), ...options });

function cut(gb: number) {
  const fixed = fixedBytes(mixtral, extentOf(mixtral.config));
  return planBudget(mixtral.config, LIMITS, slotBytes(mixtral), fixed, gb * 1e9);
}

function compared(of: Trace, arenas: ArenaPlan[], names: readonly PolicyName[] = POLICY_NAMES) {
  const rate = (name: PolicyName) => hitRate(simulate(of, { arenas, policy: makePolicy(name, of.model) }).decode);
  return { rates: new Map(names.map((name) => [name, rate(name)])), best: hitRate(belady(of, arenas).decode) };
}

const perLayer = (nLayers: number, slots: number): ArenaPlan[] =>
  Array.from({ length: nLayers }, (_, layer) => ({ firstLayer: layer, layers: 1, slots: slots / nLayers }));

/** Hits do not depend on storage's speed, so one simulation answers for all. */
function speed({ bytes, tokens }: Simulation, storageGbps: number): string {
  return digits.format(1 / (bytes / tokens / (storageGbps * 1e9) + timing().computeSeconds));
}

const storageHeads = () => STORAGE_GBPS.map((s) => `${s} GB/s`);
const budgetCells = (gb: number, slots: number, hits: number) => [`${gb} GB`, String(slots), percent(hits)];
const paged = ({ bytes, tokens }: Simulation) => `${(bytes / tokens / 1e9).toFixed(2)} GB`;
const percent = (rate: number) => `${(100 * rate).toFixed(1)}%`;
const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

function markdown(heads: string[], rows: string[][]): string {
  return [heads, heads.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
