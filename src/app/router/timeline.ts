import type { GenerateStats } from '../../protocol/engine';

/** What a sample counts; its tokens and picks are those of decode and, in an answer's first sample, of its prompt. */
export interface Sample {
  /** Seconds of answering so far, over all answers: time in which nothing is written is left out. */
  at: number;
  hitsPerSecond: number;
  missesPerSecond: number;
  /** Share of the time in which the forward pass waited for experts, 0..1. */
  stalled: number;
  /** Null for a prompt. */
  tokensPerSecond: number | null;
}

/** An answer as a whole. */
export interface AnswerSums {
  tokens: number;
  hits: number;
  misses: number;
  stallMs: number;
  tokensPerSecond: number;
}

type Counts = Pick<GenerateStats, 'hits' | 'misses' | 'decodeTokens'> & { stallMs: number };

/** A sample takes so long at least, ms. */
export const SAMPLE_MS = 250;
/** Samples that are kept: four minutes of answering. */
export const MOST_SAMPLES = 960;
const MOST_ANSWERS = 50;

const NOTHING: Counts = { hits: 0, misses: 0, decodeTokens: 0, stallMs: 0 };

/** Hits, misses, stalls and speed over time: a few samples a second, the oldest of which go. Outside React's state. */
export class Timeline {
  /** Null between two answers: a line is broken there. */
  readonly samples: (Sample | null)[] = [];
  /** The last ones; another array at each new sample. */
  answers: readonly AnswerSums[] = [];
  /** Answers so far. */
  begun = 0;
  #last: Counts = NOTHING;
  #lastAt = 0;
  #seconds = 0;
  readonly #listeners = new Set<() => void>();

  /** Takes the figures of the answer being written, counted from its beginning. `now`: milliseconds of a clock that never goes back. */
  add(stats: GenerateStats, now: number, isFirst: boolean): void {
    if (isFirst) this.#begin(stats, now);
    else if (now - this.#lastAt >= SAMPLE_MS) {
      this.#take(stats, now, now - this.#lastAt, stats.decodeTokens - this.#last.decodeTokens);
    }
  }

  /** Takes the last figures of an answer that has ended, however soon after the last sample. */
  end(stats: GenerateStats): void {
    this.#sum(stats, false);
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` at each new sample. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #begin(stats: GenerateStats, now: number): void {
    this.#last = NOTHING;
    if (this.samples.length > 0) this.#keep(null);
    this.begun++;
    this.#take(stats, now, Math.max(1, stats.ttftMs), null);
  }

  #take(stats: GenerateStats, now: number, elapsedMs: number, tokens: number | null): void {
    const counts = countsOf(stats);
    const seconds = elapsedMs / 1000;
    this.#seconds += seconds;
    this.#keep({
      at: this.#seconds,
      hitsPerSecond: (counts.hits - this.#last.hits) / seconds,
      missesPerSecond: (counts.misses - this.#last.misses) / seconds,
      stalled: Math.min(1, (counts.stallMs - this.#last.stallMs) / elapsedMs),
      tokensPerSecond: tokens === null ? null : tokens / seconds,
    });
    this.#last = counts;
    this.#lastAt = now;
    this.#sum(stats, tokens === null);
    for (const listener of this.#listeners) listener();
  }

  #keep(sample: Sample | null): void {
    this.samples.push(sample);
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
  }

  #sum(stats: GenerateStats, isNew: boolean): void {
    const { decodeTokens: tokens, hits, misses, decodeTokensPerSecond: tokensPerSecond, paging } = stats;
    const before = isNew ? this.answers : this.answers.slice(0, -1);
    const sums = { tokens, hits, misses, stallMs: paging.stallMs, tokensPerSecond };
    this.answers = [...before, sums].slice(-MOST_ANSWERS);
  }
}

const countsOf = ({ hits, misses, decodeTokens, paging }: GenerateStats): Counts => ({
  hits,
  misses,
  decodeTokens,
  stallMs: paging.stallMs,
});
