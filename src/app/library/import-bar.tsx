import type { ModelEntry } from '../../protocol/library';
import { formatShare } from '../../ui/format';
import { useAppState } from '../session-context';
import type { LibraryState } from '../state/library';
import { ImportProgressBar } from './import-progress';
import { useLibrary, useModels } from './library-context';
import { openModels } from './models-dialog';
import { UseButton } from './use-button';
import { isUsable } from './words';

export interface Bar {
  kind: 'importing' | 'left' | 'done' | 'failed';
  entry: ModelEntry;
}

/** The one import that the chat's reader hears of: one that runs, else the newest news. */
export function barOf({ models, news }: Pick<LibraryState, 'models' | 'news'>): Bar | null {
  const running = models?.find(({ status }) => status === 'importing');
  if (running) return { kind: 'importing', entry: running };
  const last = news.at(-1);
  const entry = models?.find(({ id }) => id === last?.id);
  return last && entry ? { kind: last.kind, entry } : null;
}

/** Above the prompt box: slim, and gone when there is nothing to say. */
export function ImportBar() {
  const models = useLibrary((state) => state.models);
  const news = useLibrary((state) => state.news);
  const bar = barOf({ models, news });
  return bar && <BarOf bar={bar} />;
}

const SENTENCES: Record<Bar['kind'], string> = {
  importing: 'is being imported',
  left: 'is not all here yet',
  done: 'is here',
  failed: 'could not be imported',
};

function BarOf({ bar: { kind, entry } }: { bar: Bar }) {
  const library = useModels();
  const inUse = useAppState((state) => state.model.id === entry.id && state.model.status !== 'failed');
  const { id, name, status, needs, committedBytes, packBytes } = entry;
  return (
    <section className="import-bar column" aria-label="Import" data-kind={kind}>
      <div className="import-bar-line">
        <p>
          <strong>{name}</strong> {SENTENCES[kind]}
          {kind === 'left' && `: ${formatShare(committedBytes, packBytes)}`}
        </p>
        <div className="model-actions">
          {isUsable(entry) && !inUse && (
            <UseButton id={id} name={name} label={status === 'complete' ? 'Use it' : 'Start chatting now'} />
          )}
          {kind === 'left' && needs === 'nothing' ? (
            <button type="button" className="button button-outline" onClick={() => void library.resume(id)}>
              Go on
            </button>
          ) : (
            kind !== 'done' && (
              <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openModels}>
                {kind === 'left' ? 'Go on' : 'Show'}
              </button>
            )
          )}
          {kind !== 'importing' && (
            <button type="button" className="button button-quiet" onClick={() => library.dismiss(id)}>
              {kind === 'left' ? 'Not now' : 'Dismiss'}
            </button>
          )}
        </div>
      </div>
      {kind === 'importing' && <ImportProgressBar entry={entry} />}
    </section>
  );
}
