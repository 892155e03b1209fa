import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { importLine } from './words';

export function ImportProgressBar({ entry }: { entry: ModelEntry }) {
  const { models: words } = useWords();
  const { name, progress, committedBytes, packBytes, status } = entry;
  const done = progress?.doneBytes ?? committedBytes;
  return (
    <div className="import-progress">
      <progress aria-label={words.importOf(name)} value={done} max={progress?.totalBytes ?? packBytes} />
      {status === 'importing' && (
        <p className="muted">
          {progress ? importLine(words, progress) : `${words.starting} · ${words.share(done, packBytes)}`}
        </p>
      )}
    </div>
  );
}
