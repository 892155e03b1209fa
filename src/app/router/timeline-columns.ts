import type { Sample } from './timeline';

export interface TimelineColumns {
  at: number[];
  hits: (number | null)[];
  misses: (number | null)[];
  speed: (number | null)[];
  stalled: (number | null)[];
}

/** Samples as a plot takes them: a column each, null where a line is broken. */
export function columnsOf(samples: readonly (Sample | null)[]): TimelineColumns {
  let last = 0;
  const at = samples.map((sample) => {
    last = sample?.at ?? last;
    return last;
  });
  const column = (value: (sample: Sample) => number | null) => samples.map((sample) => sample && value(sample));
  return {
    at,
    hits: column((sample) => sample.hitsPerSecond),
    misses: column((sample) => sample.missesPerSecond),
    speed: column((sample) => sample.tokensPerSecond),
    stalled: column((sample) => sample.stalled),
  };
}
