import type { ModelEntry } from '../../protocol/library';
import { formatShare } from '../../ui/format';
import { importLine } from './words';

export function ImportProgressBar({ entry }: { entry: ModelEntry }) {
  const { name, progress, committedBytes, packBytes, status } = entry;
  const done = progress?.doneBytes ?? committedBytes;
  return (
    <div className="import-progress">
      <progress aria-label={`Import of ${name}`} value={done} max={progress?.totalBytes ?? packBytes} />
      {status === 'importing' && (
        <p className="muted">{progress ? importLine(progress) : `Starting · ${formatShare(done, packBytes)}`}</p>
      )}
    </div>
  );
}
