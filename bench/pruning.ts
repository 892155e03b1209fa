import type { Session } from '../bin/cli/session';
import type { PrunedRun } from '../bin/headless/pruning';
import { perplexityOf, type Surprise } from '../src/analysis/perplexity';
import type { HeldOutText } from './lossy';

/** A line of the report: what is left of the embedded model with so many experts a layer. */
export interface PruningFigures {
  experts: number;
  packBytes: number;
  /** GPU memory with every expert resident. */
  mostBytes: number;
  /** Over all texts. */
  natsPerToken: number;
  perplexity: number;
  /** Over the whole model's, minus 1. */
  perplexityChange: number;
  /** By kind of text. */
  kinds: Record<string, number>;
  /** By layer, ids of those that are kept. */
  keep: number[][];
}

export interface PruningReport {
  adapter: string;
  tokens: number;
  rows: PruningFigures[];
}

const COUNTS = [6, 4, 2];

/** What expert pruning costs and saves: see bin/headless/pruning.ts. */
export async function benchPruning(session: Session, texts: HeldOutText[]): Promise<PruningReport> {
  const runs = await session.pruningTrial(texts, COUNTS);
  const [whole] = runs;
  if (!whole) throw new Error('pruning: expected a run, got none');
  return {
    adapter: whole.adapter,
    tokens: sumOf(whole).tokens,
    rows: runs.map((run) => figuresOf(run, whole)),
  };
}

function figuresOf(run: PrunedRun, whole: PrunedRun): PruningFigures {
  const { experts, packBytes, mostBytes, kinds, keep } = run;
  const all = perplexity(sumOf(run));
  return {
    experts,
    packBytes,
    mostBytes,
    natsPerToken: Math.log(all),
    perplexity: all,
    perplexityChange: all / perplexity(sumOf(whole)) - 1,
    kinds: Object.fromEntries(Object.entries(kinds).map(([kind, sums]) => [kind, perplexity(sums)])),
    keep,
  };
}

function sumOf({ kinds }: PrunedRun): Surprise {
  return Object.values(kinds).reduce((a, b) => ({ nats: a.nats + b.nats, tokens: a.tokens + b.tokens }));
}

const perplexity = (surprise: Surprise): number => perplexityOf(surprise) ?? Number.NaN;
