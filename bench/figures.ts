import type { Floor, Generated, HeadlessRequest } from '../bin/headless/api';
import type { ModelInfo } from '../src/protocol/engine';

/** One result of a benchmark. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

/** A loaded model in a page of its own, as benchmarks see it. */
export interface BenchEngine {
  info: ModelInfo;
  generate(request: HeadlessRequest): Promise<Generated>;
  /** What decode is measured against, on the same adapter in the same run. */
  floor(position: number): Promise<Floor>;
  close(): Promise<void>;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
