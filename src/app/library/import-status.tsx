import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { ImportProgressBar } from './import-progress';
import { ResumeControl } from './resume-control';

/** Of an import that runs or waits: how far it is, and what moves it. */
export function ImportStatus({ entry }: { entry: ModelEntry }) {
  const { models: words } = useWords();
  const { status } = entry;
  if (status === 'complete') return null;
  return (
    <div className="model-import">
      <ImportProgressBar entry={entry} />
      {status === 'importing' ? <p className="muted">{words.mayClose}</p> : <ResumeControl entry={entry} />}
    </div>
  );
}
