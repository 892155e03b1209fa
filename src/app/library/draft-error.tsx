import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { ErrorText } from '../notices/error-text';
import type { Draft } from '../state/library';
import { ImportProgressBar } from './import-progress';
import { useEntry, useModels } from './library-context';
import { describeKept } from './words';

/** Why a source could not be looked at or imported, where it was chosen, with what to do. */
export function DraftError({ draft: { error, preview }, onStarted }: { draft: Draft; onStarted(): void }) {
  const models = useModels();
  const { models: words } = useWords();
  const entry = useEntry(preview?.id);
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone it would be below the edge.
    if (error) alert.current?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  if (!error) return null;
  const startOver = async () => {
    if (await models.startOver()) onStarted();
  };
  return (
    <div ref={alert} className="alert" role="alert" data-code={error.code}>
      <p>
        <ErrorText error={error} more={describeKept(words, error, entry)} />
      </p>
      {error.code === 'source-changed' && (
        <button type="button" className="button button-outline" onClick={() => void startOver()}>
          {words.startOver}
        </button>
      )}
      {error.code === 'import-busy' && entry && <ImportProgressBar entry={entry} />}
    </div>
  );
}
