import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { formatPercent, formatRate } from '../../ui/format';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import { FigureList } from './figure-list';
import type { Measured } from './measured';
import { measurementOf, type Outlook, outlookOf } from './outlook';

export interface ExpectedProps {
  id: string;
  info: ModelInfo;
  budget: BudgetInfo;
  slots: number;
}

/** What a number of slots would give, and how that is known. */
export function Expected({ id, info, budget, slots }: ExpectedProps) {
  const { memory: words } = useWords();
  const measured = useAppState((state) => measurementOf(state.settings.measured, info));
  const outlook = outlookOf(info, budget, slots, measured);
  const { hitRate, tokensPerSecond } = outlook;
  const figures = [
    { label: words.expectedHits, value: formatPercent(hitRate) },
    {
      label: words.expectedSpeed,
      value: tokensPerSecond === null ? words.unknown : words.aboutPerSecond(formatSpeed(tokensPerSecond)),
    },
  ];
  return (
    <div id={id} className="expected" data-from={outlook.from ?? 'nothing'}>
      <FigureList figures={figures} />
      <details className="memory-details">
        <summary className="muted">{words.whyExpected}</summary>
        <p className="muted">
          {measured ? words.hitsMeasured : words.hitsSimulated} {sourceOf(words, outlook, info, measured)}
        </p>
      </details>
    </div>
  );
}

/** Where the speed comes from, or why there is none. */
function sourceOf(words: Words['memory'], { from }: Outlook, info: ModelInfo, measured: Measured | null): string {
  const compute = measured ? formatWait(measured.computeSeconds) : '';
  switch (from) {
    case 'measured': {
      const miss = measured?.missSeconds ?? null;
      return words.speedFrom.measured(compute, miss === null ? null : formatWait(miss));
    }
    case 'measured-compute':
      return words.speedFrom['measured-compute'](compute);
    case 'typical':
      return words.speedFrom.typical;
    default:
      if (measured) return words.unmeasuredStorage;
      return info.softwareAdapter ? `${words.software} ${words.unmeasured}` : words.unmeasured;
  }
}

/** Under one a second another digit tells, as below full residency most are. */
export function formatSpeed(perSecond: number): string {
  return perSecond < 1 ? perSecond.toPrecision(2) : formatRate(perSecond);
}

/** `0.4 ms`, `51 ms`, `1.2 s`. */
function formatWait(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  const ms = seconds * 1000;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
