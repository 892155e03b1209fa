import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
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

function BarOf({ bar: { kind, entry } }: { bar: Bar }) {
  const library = useModels();
  const { models: words } = useWords();
  const inUse = useAppState((state) => state.model.id === entry.id && state.model.status !== 'failed');
  const { id, name, status, needs, committedBytes, packBytes } = entry;
  return (
    <section className="import-bar column" aria-label={words.bar.name} data-kind={kind}>
      <div className="import-bar-line">
        <p>
          <strong>{name}</strong> {words.bar[kind]}
          {kind === 'left' && `: ${words.share(committedBytes, packBytes)}`}
        </p>
        <div className="model-actions">
          {isUsable(entry) && !inUse && (
            <UseButton id={id} name={name} label={status === 'complete' ? words.useIt : words.chatNow} />
          )}
          {kind === 'left' && needs === 'nothing' ? (
            <button type="button" className="button button-outline" onClick={() => void library.resume(id)}>
              {words.goOn}
            </button>
          ) : (
            kind !== 'done' && (
              <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openModels}>
                {kind === 'left' ? words.goOn : words.bar.show}
              </button>
            )
          )}
          {kind !== 'importing' && (
            <button type="button" className="button button-quiet" onClick={() => library.dismiss(id)}>
              {kind === 'left' ? words.bar.notNow : words.dismiss}
            </button>
          )}
        </div>
      </div>
      {kind === 'importing' && <ImportProgressBar entry={entry} />}
    </section>
  );
}
