import { describe, expect, it } from 'vitest';
import type { GenerateStats } from '../../protocol/engine';
import type { PagingStats } from '../../protocol/paging';
import { ExpertFeed, layerOf } from './expert-feed';
import { MOST_SAMPLES, SAMPLE_MS, Timeline } from './timeline';

function statsOf({ misses = [0, 0], hits = 0, tokens = 0, stallMs = 0, ttftMs = 100 }): GenerateStats {
  const layers = misses.map((count) => ({ hits: 0, misses: count, late: 0, bytes: 0, stallMs: 0 }));
  const paging = { stallMs, layers } as PagingStats;
  const all = misses.reduce((a, b) => a + b, 0);
  const stats: Partial<GenerateStats> = { ttftMs, hits, misses: all, decodeTokens: tokens, paging };
  return { ...stats, decodeTokensPerSecond: 20 } as GenerateStats;
}

describe('what the map shows', () => {
  const make = () => {
    let now = 1;
    const feed = new ExpertFeed(() => now);
    feed.reset(2, 4);
    return { feed, tick: (ms: number) => (now += ms) };
  };
  const tell = (feed: ExpertFeed, picks: number[][], misses: number[], isFirst = false) =>
    feed.setTokens(
      { picks: [picks], weights: [picks.map((of) => of.map(() => 0.5))], stats: statsOf({ misses }) },
      isFirst,
    );

  it('has the last token with its shares', () => {
    const { feed } = make();
    feed.setStates(Uint8Array.from([2, 2, 0, 0, 2, 0, 1, 2]));
    feed.setTokens(
      {
        picks: [
          [[3], [3]],
          [[0, 1], [0]],
        ],
        weights: [
          [[1], [1]],
          [[0.7, 0.3], [1]],
        ],
        stats: statsOf({}),
      },
      true,
    );
    expect([...feed.weights]).toEqual([0.7, 0.3, 0, 0, 1, 0, 0, 0].map(Math.fround));
    expect(layerOf(feed, 1)).toEqual({ resident: [0, 3], picked: [[0, 1]] });
  });

  it('names a fault where a pick was absent and its layer counts it, also when its expert has come meanwhile', () => {
    const { feed } = make();
    feed.setStates(Uint8Array.from([2, 2, 0, 0, 2, 2, 0, 0]));
    tell(
      feed,
      [
        [0, 1],
        [0, 1],
      ],
      [5, 5],
      true,
    );
    expect([...feed.misses]).toEqual([0, 0]);
    feed.setStates(Uint8Array.from([2, 0, 2, 0, 2, 2, 0, 0]));
    tell(
      feed,
      [
        [0, 2],
        [0, 1],
      ],
      [6, 5],
    );
    expect([...feed.misses]).toEqual([1, 0]);
    expect([...feed.faults]).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
    tell(
      feed,
      [
        [0, 2],
        [0, 1],
      ],
      [6, 5],
    );
    expect([...feed.faults]).toEqual(new Array(8).fill(0));
  });

  it('names no expert where a guess may have brought it in time', () => {
    const { feed } = make();
    tell(feed, [[0], [0]], [0, 0], true);
    tell(feed, [[1, 2], [0]], [1, 0]);
    expect([...feed.misses]).toEqual([1, 0]);
    expect([...feed.faults]).toEqual(new Array(8).fill(0));
  });

  it('remembers when an expert left, until it is back', () => {
    const { feed, tick } = make();
    feed.setStates(Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0]));
    tick(10);
    feed.setStates(Uint8Array.from([0, 2, 0, 0, 0, 0, 0, 0]));
    expect([...feed.left.slice(0, 2)]).toEqual([11, 0]);
    feed.setStates(Uint8Array.from([1, 2, 0, 0, 0, 0, 0, 0]));
    expect(feed.left[0]).toBe(11);
    feed.setStates(Uint8Array.from([2, 2, 0, 0, 0, 0, 0, 0]));
    expect(feed.left[0]).toBe(0);
  });
});

describe('the timeline', () => {
  it('has rates of what came between two samples', () => {
    const timeline = new Timeline();
    timeline.add(statsOf({ hits: 10, misses: [2], tokens: 1, ttftMs: 500 }), 1000, true);
    timeline.add(statsOf({ hits: 11, misses: [2], tokens: 2 }), 1010, false);
    timeline.add(statsOf({ hits: 30, misses: [7], tokens: 11, stallMs: 125 }), 1000 + 2 * SAMPLE_MS, false);
    expect(timeline.samples).toEqual([
      { at: 0.5, hitsPerSecond: 20, missesPerSecond: 4, stalled: 0, tokensPerSecond: null },
      { at: 1, hitsPerSecond: 40, missesPerSecond: 10, stalled: 0.25, tokensPerSecond: 20 },
    ]);
    expect(timeline.answers).toEqual([{ tokens: 11, hits: 30, misses: 7, stallMs: 125, tokensPerSecond: 20 }]);
  });

  it('breaks the line between answers, leaves out the time between them, and keeps a bounded past', () => {
    const timeline = new Timeline();
    let told = 0;
    timeline.subscribe(() => told++);
    timeline.add(statsOf({ tokens: 1 }), 0, true);
    timeline.add(statsOf({ tokens: 1 }), 1e6, true);
    expect(timeline.samples.map((sample) => sample?.at ?? null)).toEqual([0.1, null, 0.2]);
    for (let n = 1; n <= MOST_SAMPLES; n++) timeline.add(statsOf({ tokens: n }), 1e6 + n * SAMPLE_MS, false);
    expect(timeline.samples).toHaveLength(MOST_SAMPLES);
    expect(told).toBe(2 + MOST_SAMPLES);
  });
});
