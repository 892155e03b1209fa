import type { ModelEntry } from '../../protocol/library';
import { ImportProgressBar } from './import-progress';
import { ResumeControl } from './resume-control';

/** Of an import that runs or waits: how far it is, and what moves it. */
export function ImportStatus({ entry }: { entry: ModelEntry }) {
  const { status } = entry;
  if (status === 'complete') return null;
  return (
    <div className="model-import">
      <ImportProgressBar entry={entry} />
      {status === 'importing' ? (
        <p className="muted">You may close this tab: what is here stays, and you can go on from there.</p>
      ) : (
        <ResumeControl entry={entry} />
      )}
    </div>
  );
}
