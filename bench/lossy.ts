import type { Session } from '../bin/cli/session';
import type { LossyRun, LossyTrial } from '../bin/headless/lossy';
import { median } from './figures';

/** A line of the report: what a mode costs, and what it brings. */
export interface LossyFigures {
  mode: string;
  /** Share of the experts that the GPU memory holds, copies of less precision among them. */
  share: number;
  slots: number;
  perplexity: number;
  /** Over the exact run's, minus 1. */
  perplexityChange: number;
  /** Mean of KL(exact || mode). */
  klNats: number;
  /** Share of picks. */
  changedPicks: number;
  /** Of this mode's picks: computed on a 2-bit copy. */
  stoodIn: number;
  missesPerToken: number;
  /** Share of the exact run's. */
  missesSaved: number;
  bytesPerToken: number;
  tokensPerSecond: number;
  /** Speed over the exact run's next to it, median over the groups of texts. */
  speedup: number;
}

export interface LossyReport {
  adapter: string;
  tokens: number;
  modes: LossyFigures[];
}

/** Texts that the embedded model was not trained on. */
export interface HeldOutText {
  kind: string;
  ids: number[];
}

/** In twos, since each trial has an exact run next to its modes. */
const TRIALS: LossyTrial[] = [
  { share: 0.5, modes: [{ residentMargin: 0.5 }, { residentMargin: 1 }] },
  { share: 0.5, modes: [{ residentMargin: 2 }, { residentMargin: 4 }] },
  { share: 0.5, modes: [{ skipBelow: 0.2 }, { skipBelow: 0.35 }] },
  { share: 0.5, modes: [{ topK: 1 }, { topK: 3 }] },
  { share: 0.5, modes: [{ standIns: true }, { residentMargin: 1, standIns: true }] },
  { share: 0.25, modes: [{ residentMargin: 1 }] },
];

/** Tokens of a group of texts, about, and groups of each kind. */
const GROUP_TOKENS = 100;
const GROUPS = 2;

/** What the lossy modes cost and bring: see bin/headless/lossy.ts. All but the speeds is the same on any machine, but for what reads' timing changes. */
export async function benchLossy(
  session: Session,
  texts: HeldOutText[],
  log: (line: string) => void,
): Promise<LossyReport> {
  const groups = groupsOf(texts);
  const exacts = new Map<number, LossyFigures[]>();
  const modes: LossyFigures[] = [];
  let [adapter, tokens] = ['', 0];
  for (const trial of TRIALS) {
    log(`measuring ${trial.modes.map(modeName).join('; ')} ...`);
    const [exact, ...others] = await session.lossyTrial(trial, groups);
    if (!exact) throw new Error('lossy trial: expected an exact run, got none');
    ({ adapter, tokens } = exact);
    const { share } = trial;
    exacts.set(share, [...(exacts.get(share) ?? []), figuresOf('exact', share, exact, exact)]);
    modes.push(...others.map((run, i) => figuresOf(modeName(trial.modes[i] ?? {}), share, run, exact)));
  }
  const rows = [...exacts].flatMap(([share, runs]) => [middleOf(runs), ...modes.filter((m) => m.share === share)]);
  return { adapter, tokens, modes: rows };
}

/** Some of each kind, cut so that no kind outweighs another. */
export function groupsOf(texts: HeldOutText[]): number[][][] {
  const kinds = new Set(texts.map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const left = texts.filter((text) => text.kind === kind).map(({ ids }) => ids.slice(0, GROUP_TOKENS));
    return Array.from({ length: GROUPS }, () => {
      const group: number[][] = [];
      for (let tokens = 0; tokens < GROUP_TOKENS && left.length > 0; ) {
        const ids = left.shift() as number[];
        group.push(ids);
        tokens += ids.length;
      }
      return group;
    });
  });
}

function figuresOf(mode: string, share: number, run: LossyRun, exact: LossyRun): LossyFigures {
  const { hits, misses, bytes, lossy } = run.paging;
  const perplexity = Math.exp(run.nll / run.predicted);
  return {
    mode,
    share,
    slots: run.slots,
    perplexity,
    perplexityChange: perplexity / Math.exp(exact.nll / exact.predicted) - 1,
    klNats: run.kl / run.positions,
    changedPicks: run.changedPicks / run.picks,
    stoodIn: lossy.stoodIn / (hits + misses),
    missesPerToken: misses / run.tokens,
    missesSaved: 1 - misses / exact.paging.misses,
    bytesPerToken: bytes / run.tokens,
    tokensPerSecond: (1000 * run.tokens) / run.groupMs.reduce((a, b) => a + b, 0),
    speedup: median(run.groupMs.map((ms, n) => (exact.groupMs[n] ?? Number.NaN) / ms)),
  };
}

/** Of exact runs, which differ in speed only. */
function middleOf(runs: LossyFigures[]): LossyFigures {
  const speed = median(runs.map(({ tokensPerSecond }) => tokensPerSecond));
  return runs.find(({ tokensPerSecond }) => tokensPerSecond === speed) as LossyFigures;
}

const modeName = (lossy: LossyTrial['modes'][number]): string =>
  Object.entries(lossy)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(' + ');
