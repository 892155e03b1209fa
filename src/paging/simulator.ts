import type { Trace, TraceStep, TraceToken } from '../protocol/trace';
import type { EvictionPolicy } from './policy';
import { type ArenaPlan, type Purpose, Slots } from './slots';

/** Prompts from this many tokens on are taken to use every expert, as the engine does. */
const ALL_EXPERTS_FROM = 32;

export interface SimulateOptions {
  arenas: readonly ArenaPlan[];
  /** A fresh one: it learns. */
  policy: EvictionPolicy;
  /** Keys that are never evicted. */
  pinned?: Iterable<number> | undefined;
  /** Experts that a wave of a prefill loads at most; the engine bounds them by bytes. */
  waveExperts?: number | undefined;
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
}

/** Replays a trace with the engine's own bookkeeping: which picks would have been resident. */
export function simulate(trace: Trace, options: SimulateOptions): Simulation {
  const replay = new Replay(trace, options);
  for (const step of trace.steps) replay.step(step);
  return replay.simulation;
}

class Replay {
  readonly simulation: Simulation;
  readonly #slots: Slots;
  readonly #topK: number;
  readonly #nExperts: number;
  readonly #waveExperts: number;
  #token = 0;

  constructor({ model }: Trace, { arenas, policy, pinned, waveExperts = Number.POSITIVE_INFINITY }: SimulateOptions) {
    this.#slots = new Slots(model, arenas, policy, pinned);
    this.#topK = model.topK;
    this.#nExperts = model.nExperts;
    this.#waveExperts = waveExperts;
    this.simulation = {
      prefill: { hits: 0, misses: 0 },
      decode: { hits: 0, misses: 0 },
      layers: Array.from({ length: model.nLayers }, () => ({ hits: 0, misses: 0 })),
    };
  }

  step(step: TraceStep): void {
    if (step.phase === 'prefill') this.#prefill(step);
    else for (const token of step.tokens) this.#decode(token);
  }

  #decode({ picks, scores }: TraceToken): void {
    for (const [layer, experts] of picks.entries()) {
      this.#slots.observe(this.#token, layer, experts, scores[layer] ?? []);
      this.#demand(layer, experts, 'pick');
    }
    this.#token++;
  }

  #prefill({ tokens, last }: TraceStep): void {
    for (let layer = 0; layer < this.simulation.layers.length; layer++) this.#prefillLayer(layer, tokens);
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
    this.#count(layer, 'prefill', needed.length - missing.length, 0);
    while (missing.length > 0) {
      const size = Math.max(this.#topK, Math.min(this.#slots.roomFor(layer), this.#waveExperts));
      this.#demand(layer, missing.splice(0, size), 'prefill');
    }
  }

  /** What a layer needs at once: none of it evicts another. */
  #demand(layer: number, experts: readonly number[], purpose: Purpose): void {
    const missing = experts.filter((expert) => !this.#slots.isResident(layer, expert));
    const wanted = new Set(experts.map((expert) => layer * this.#nExperts + expert));
    this.#count(layer, purpose === 'prefill' ? 'prefill' : 'decode', experts.length - missing.length, missing.length);
    for (const expert of missing) {
      const taken = this.#slots.take(layer, expert, (key) => wanted.has(key), purpose);
      if (taken) this.#slots.fill(layer, expert, taken.slot);
    }
  }

  #count(layer: number, phase: TraceStep['phase'], hits: number, misses: number): void {
    for (const counts of [this.simulation[phase], this.simulation.layers[layer]]) {
      if (!counts) continue;
      counts.hits += hits;
      counts.misses += misses;
    }
  }
}
