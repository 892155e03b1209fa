import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { useModels } from './library-context';
import { SourceAgain } from './source-again';

/** Goes on with an import that was cut off, asking for what the browser no longer has. */
export function ResumeControl({ entry }: { entry: ModelEntry }) {
  const { id, name, needs } = entry;
  const models = useModels();
  const { models: words } = useWords();
  return (
    <>
      {needs !== 'nothing' && <p className="muted">{words.needs[needs]}</p>}
      {(needs === 'nothing' || needs === 'permission') && (
        <div className="model-actions">
          <button type="button" className="button button-outline" onClick={() => void models.resume(id)}>
            {needs === 'permission' ? words.allowAndGoOn : words.goOn}{' '}
            <span className="sr-only">{words.withModel(name)}</span>
          </button>
        </div>
      )}
      {needs !== 'nothing' && <SourceAgain entry={entry} onSource={(source) => void models.resume(id, source)} />}
    </>
  );
}
