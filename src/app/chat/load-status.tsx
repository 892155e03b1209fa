import type { LoadPhase, LoadProgress } from '../../protocol/engine';
import { formatSeconds, formatShare } from '../../ui/format';
import { useAppState } from '../session-context';

const PHASES: Record<LoadPhase, string> = {
  manifest: 'Looking up the model',
  download: 'Fetching the weights',
  shaders: 'Preparing the GPU programs',
  weights: 'Moving the weights to the GPU',
  ready: 'Ready',
};

/** Phase, bytes and seconds left, as one line: `Fetching the weights · 3.1 of 8.2 MB · 4 s left`. */
export function progressLine({ phase, loadedBytes, totalBytes, secondsLeft }: LoadProgress): string {
  const parts = [PHASES[phase]];
  if ((phase === 'download' || phase === 'weights') && totalBytes > 0) parts.push(formatShare(loadedBytes, totalBytes));
  if (secondsLeft !== null && secondsLeft > 0) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join(' · ');
}

export function LoadStatus() {
  const progress = useAppState((state) => state.model.progress);
  return (
    <div className="load-status">
      <progress aria-label="Loading the model" value={progress?.progress ?? 0} max={1} />
      <p>{progress ? progressLine(progress) : 'Starting'}</p>
    </div>
  );
}
