import type { LossyOptions } from '../protocol/paging';
import type { Trace, TraceStep, TraceToken } from '../protocol/trace';
import { choose } from '../reference/router';
import type { EvictionPolicy } from './policy';
import { type Foresight, SimulatedReads, type Speeds } from './simulated-reads';
import { type ArenaPlan, Slots } from './slots';

/** Prompts from this many tokens on are taken to use every expert, as the engine does. */
const ALL_EXPERTS_FROM = 32;

const EXACT = { residentMargin: 0, skipBelow: 0, isResident: () => true };

/** What storage does where no speeds are given: nothing takes time. */
const NO_TIME: Speeds = { expertBytes: 0, storageBytesPerSecond: Number.POSITIVE_INFINITY, computeSeconds: 0 };

export interface SimulateOptions {
  arenas: readonly ArenaPlan[];
  /** A fresh one: it learns. */
  policy: EvictionPolicy;
  /** Keys that are never evicted. */
  pinned?: Iterable<number> | undefined;
  /** Experts that a wave of a prefill loads at most; the engine bounds them by bytes. */
  waveExperts?: number | undefined;
  speeds?: Speeds | undefined;
  /** Prefetch: the engine's foresight after a fault. */
  foresight?: Foresight | undefined;
  /** Tokens of decode that only warm up: what is counted is what comes after. */
  warmUp?: number | undefined;
  /** Of decode. `standIns`: how many experts have a copy; the first that are read. */
  lossy?: (Omit<LossyOptions, 'standIns'> & { standIns?: number | undefined }) | undefined;
}

export interface SimulatedCounts {
  hits: number;
  misses: number;
}

export interface Simulation {
  prefill: SimulatedCounts;
  decode: SimulatedCounts;
  /** Prefill and decode together. */
  layers: SimulatedCounts[];
  /** Of decode: tokens, layers whose picks had to be waited for, seconds in all and those of them that were waited. */
  tokens: number;
  stalls: number;
  seconds: number;
  stallSeconds: number;
  /** Of decode: read from storage, and of the picks: in whose place a resident expert was taken, left out, computed by a stand-in. */
  bytes: number;
  replaced: number;
  skipped: number;
  stoodIn: number;
}

/**
 * Replays a trace with the engine's own bookkeeping: which picks would have been resident, and how long decode would have taken. Without
 * prefetch and lossy modes the hits are the engine's, one by one.
 */
export function simulate(trace: Trace, options: SimulateOptions): Simulation {
  const replay = new Replay(trace, options);
  for (const step of trace.steps) replay.step(step);
  return replay.result;
}

class Replay {
  result: Simulation;
  readonly #slots: Slots;
  readonly #reads: SimulatedReads;
  readonly #options: SimulateOptions;
  readonly #topK: number;
  readonly #nExperts: number;
  #token = 0;
  /** Tokens of decode after which the counts begin; 0: they have. */
  #warmUp: number;

  constructor({ model }: Trace, options: SimulateOptions) {
    const { arenas, policy, pinned, speeds = NO_TIME, foresight, lossy } = options;
    this.#slots = new Slots(model, arenas, policy, pinned);
    this.#reads = new SimulatedReads(model, this.#slots, speeds, foresight, lossy?.standIns ?? 0);
    this.#options = options;
    this.#topK = lossy?.topK ?? model.topK;
    this.#nExperts = model.nExperts;
    this.#warmUp = options.warmUp ?? 0;
    this.result = nothingYet(model.nLayers);
  }

  step(step: TraceStep): void {
    if (step.phase === 'prefill') this.#prefill(step);
    else for (const token of step.tokens) this.#decode(token);
    if (step.phase === 'decode' && this.result.tokens === this.#warmUp) {
      this.#warmUp = 0;
      this.#reads.decodeBytes = 0;
      this.result = nothingYet(this.result.layers.length);
    }
  }

  #decode({ picks, scores }: TraceToken): void {
    const { result } = this;
    for (const [layer, ranked] of picks.entries()) {
      const experts = this.#chosen(layer, ranked, scores[layer] ?? []);
      this.#slots.observe(this.#token, layer, experts, scores[layer] ?? []);
      const missing = experts.filter((expert) => !this.#slots.isResident(layer, expert));
      this.#count(layer, 'decode', experts.length - missing.length, missing.length);
      const { seconds, stoodIn } = this.#reads.demand(layer, experts, 'pick');
      result.stoodIn += stoodIn;
      result.stalls += Number(seconds > 0);
      result.stallSeconds += seconds;
      if (missing.length > 0) this.#reads.foresee(layer, experts, picks);
      result.seconds += seconds + this.#reads.compute();
    }
    result.bytes = this.#reads.decodeBytes;
    result.tokens++;
    this.#token++;
  }

  /** The picks, or what a lossy mode makes of them. */
  #chosen(layer: number, ranked: readonly number[], scores: ArrayLike<number>): readonly number[] {
    const { residentMargin = 0, skipBelow = 0 } = this.#options.lossy ?? {};
    if (residentMargin === 0 && skipBelow === 0 && ranked.length === this.#topK) return ranked;
    const isResident = (expert: number) => this.#slots.isResident(layer, expert);
    // Logits but for a constant, which changes nothing.
    const logits = Array.from(scores, (score) => Math.log(Math.max(score, Number.MIN_VALUE)));
    const chosen = choose(logits, this.#topK, { residentMargin, skipBelow, isResident });
    const exact = ranked.length === this.#topK ? ranked : choose(logits, this.#topK, EXACT);
    this.result.skipped += exact.length - chosen.length;
    this.result.replaced += chosen.filter((expert) => !exact.includes(expert)).length;
    return chosen;
  }

  #prefill({ tokens, last }: TraceStep): void {
    for (let layer = 0; layer < this.result.layers.length; layer++) this.#prefillLayer(layer, tokens);
    for (const [t, { picks, scores }] of tokens.entries()) {
      const decode = last && t === tokens.length - 1;
      for (const [layer, experts] of picks.entries()) {
        this.#slots.observe(this.#token, layer, experts, scores[layer] ?? [], decode);
      }
      this.#token++;
    }
  }

  #prefillLayer(layer: number, tokens: TraceToken[]): void {
    const all = Array.from({ length: this.#nExperts }, (_, expert) => expert);
    const isResident = (expert: number) => this.#slots.isResident(layer, expert);
    const picked = new Set(tokens.flatMap(({ picks }) => picks[layer] ?? []));
    const needed = tokens.length >= ALL_EXPERTS_FROM || all.every(isResident) ? all : all.filter((e) => picked.has(e));
    const missing = needed.filter((expert) => !isResident(expert));
    this.#count(layer, 'prefill', needed.length - missing.length, missing.length);
    while (missing.length > 0) {
      const most = Math.min(this.#slots.roomFor(layer), this.#options.waveExperts ?? Number.POSITIVE_INFINITY);
      this.#reads.demand(layer, missing.splice(0, Math.max(this.#topK, most)), 'prefill');
    }
  }

  #count(layer: number, phase: TraceStep['phase'], hits: number, misses: number): void {
    for (const counts of [this.result[phase], this.result.layers[layer]]) {
      if (!counts) continue;
      counts.hits += hits;
      counts.misses += misses;
    }
  }
}

function nothingYet(nLayers: number): Simulation {
  const nothing = () => ({ hits: 0, misses: 0 });
  const layers = Array.from({ length: nLayers }, nothing);
  const times = { tokens: 0, stalls: 0, seconds: 0, stallSeconds: 0, bytes: 0 };
  return { prefill: nothing(), decode: nothing(), layers, ...times, replaced: 0, skipped: 0, stoodIn: 0 };
}
