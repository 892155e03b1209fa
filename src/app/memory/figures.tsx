import { useState, useSyncExternalStore } from 'react';
import { formatBytes, formatPercent } from '../../ui/format';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { isStreaming } from '../state/chat';
import { AnswerMeter, type LiveFigures } from './answer-meter';
import { formatSpeed } from './expected';
import { type Figure, FigureList } from './figure-list';
import type { Measured } from './measured';
import { measurementOf } from './outlook';

const NOTHING_YET = '–';

/** What an answer did, or what is remembered of an earlier one; a dash stands for what has not been measured. */
export function figuresOf(
  words: Words['memory'],
  live: LiveFigures | null,
  kept: Measured | null,
  gpuBytes: number | null,
): Figure[] {
  const stats = live?.stats;
  const picks = stats ? stats.hits + stats.misses : 0;
  const speed = stats ? stats.decodeTokensPerSecond : kept?.tokensPerSecond;
  const hitRate = stats ? (picks > 0 ? stats.hits / picks : undefined) : kept?.hitRate;
  const stallMs = stats ? live?.decode?.stallMs : kept?.stallMs;
  return [
    { label: words.speed, value: speed ? formatSpeed(speed) : NOTHING_YET },
    { label: words.hits, value: hitRate === undefined ? NOTHING_YET : formatPercent(hitRate) },
    { label: words.stalls, value: stallMs === undefined ? NOTHING_YET : words.perToken(formatMs(stallMs)) },
    { label: words.paged, value: stats ? formatBytes(stats.bytesPaged) : NOTHING_YET },
    { label: words.fromRam, value: stats ? formatBytes(stats.paging.ramBytes) : NOTHING_YET },
    { label: words.onGpu, value: gpuBytes === null ? NOTHING_YET : formatBytes(gpuBytes) },
  ];
}

/** What the last answer did on this device. */
export function FiguresSection() {
  const server = useAppState((state) => state.model.server);
  if (server) return null;
  return (
    <section className="panel-section">
      <Figures />
    </section>
  );
}

function Figures() {
  const { memory: words } = useWords();
  const session = useSession();
  const [meter] = useState(() => new AnswerMeter(session));
  const latest = useSyncExternalStore(meter.subscribe, () => meter.figures);
  const { info, gpuBytes } = useAppState((state) => state.model);
  const kept = useAppState((state) => (info ? measurementOf(state.settings.measured, info) : null));
  const writing = useAppState((state) => isStreaming(state.chat));
  const live = latest?.modelId === info?.id ? latest : null;
  const storage = (live ? live.decode : kept)?.storageBytesPerSecond;
  const when = live ? (writing ? 'now' : 'last') : kept ? 'kept' : null;
  return (
    <>
      <h2>{words.figures}</h2>
      {when && <p className="muted">{words.figuresOf[when]}</p>}
      <FigureList figures={figuresOf(words, live, kept, gpuBytes)} />
      {info && (
        <p className="muted">
          {storage && words.storageGave(formatBytes(storage))} {words.policyNow(words.leaves[info.loaded.policy])}
        </p>
      )}
    </>
  );
}

const formatMs = (ms: number): string => (ms > 0 && ms < 10 ? ms.toFixed(1) : Math.round(ms).toString());
