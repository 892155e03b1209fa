import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { formatPercent, formatRate } from '../../ui/format';
import { useWidth } from '../analysis/plots/use-width';
import { LazyModule, useLazyModule } from '../chat/lazy-module';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import { onColorsChange } from './page-colors';
import type { AnswerSums, Timeline } from './timeline';
import type { TimelinePlots } from './timeline-plots';

const plotting = new LazyModule(() => import('./timeline-plots'));

/** Hits, misses, stalls and speed while answers were written on this page, as plots and as a table. */
export function TimelineView() {
  const { router: words } = useWords();
  const { timeline } = useSession().feed;
  const [frame, width] = useWidth<HTMLDivElement>();
  const last = useLastAnswer(timeline);
  return (
    <figure className="timeline" aria-labelledby="timeline-title">
      <figcaption id="timeline-title">{words.timeline}</figcaption>
      <div className="timeline-frame" ref={frame}>
        {last === null ? (
          <p className="muted">{words.timelineEmpty}</p>
        ) : (
          width > 0 && <Plots timeline={timeline} width={width} />
        )}
      </div>
      {last && <AnswersTable timeline={timeline} />}
    </figure>
  );
}

/** Of the answer being written or the last one, the same until another begins; null before the first. */
function useLastAnswer(timeline: Timeline): number | null {
  const count = useSyncExternalStore(timeline.subscribe, () => timeline.begun);
  return count === 0 ? null : count;
}

function Plots({ timeline, width }: { timeline: Timeline; width: number }) {
  const { router: words } = useWords();
  const module = useLazyModule(plotting, true);
  const place = useRef<HTMLDivElement>(null);
  const plots = useRef<TimelinePlots | null>(null);
  const latestWidth = useRef(width);
  useEffect(() => {
    latestWidth.current = width;
    plots.current?.resize(width);
  }, [width]);
  useEffect(() => {
    if (!module || !place.current) return;
    const into = place.current;
    const draw = (): void => {
      plots.current?.destroy();
      plots.current = new module.TimelinePlots(into, timeline, words.plots, latestWidth.current);
    };
    draw();
    const stop = onColorsChange(draw);
    return () => {
      stop();
      plots.current?.destroy();
      plots.current = null;
    };
  }, [module, timeline, words]);
  return <div ref={place} className="timeline-plots" role="img" aria-label={words.timelineLabel} />;
}

/** What the plots show, answer by answer; drawn while it is open. */
function AnswersTable({ timeline }: { timeline: Timeline }) {
  const { router: words } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="figure-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.asTable}</summary>
      {open && <AnswerRows timeline={timeline} />}
    </details>
  );
}

function AnswerRows({ timeline }: { timeline: Timeline }) {
  const { router: words } = useWords();
  const answers = useSyncExternalStore(timeline.subscribe, () => timeline.answers);
  const first = timeline.begun - answers.length + 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="table-room" aria-label={words.asTable} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {words.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answers.map((sums, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an answer is its number
            <AnswerRow key={first + n} number={first + n} sums={sums} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AnswerRow({
  number,
  sums: { tokens, hits, misses, stallMs, tokensPerSecond },
}: {
  number: number;
  sums: AnswerSums;
}) {
  const picks = hits + misses;
  return (
    <tr>
      <th scope="row">{number}</th>
      <td>{tokens}</td>
      <td>{formatRate(tokensPerSecond)}</td>
      <td>{picks > 0 ? formatPercent(hits / picks) : '–'}</td>
      <td>{misses}</td>
      <td>{`${(stallMs / 1000).toFixed(1)} s`}</td>
    </tr>
  );
}
