import type { LoadProgress } from '../../protocol/engine';
import { formatBytes, formatSeconds } from '../../ui/format';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';

/** Phase, bytes and seconds left, as one line: `Fetching the weights · 3.1 MB of 8.2 MB · 4 s left`. */
function progressLine(words: Words['app'], { phase, loadedBytes, totalBytes, secondsLeft }: LoadProgress): string {
  const parts = [words.phases[phase]];
  const countsBytes = (phase === 'download' || phase === 'weights') && totalBytes > 0;
  if (countsBytes) parts.push(words.share(formatBytes(loadedBytes), formatBytes(totalBytes)));
  if (secondsLeft !== null && secondsLeft > 0) parts.push(words.timeLeft(formatSeconds(secondsLeft)));
  return parts.join(' · ');
}

export function LoadStatus() {
  const words = useWords().app;
  const progress = useAppState((state) => state.model.progress);
  return (
    <div className="load-status">
      <progress aria-label={words.loading} value={progress?.progress ?? 0} max={1} />
      <p>{progress ? progressLine(words, progress) : words.starting}</p>
    </div>
  );
}
