import type { ModelEntry } from '../../protocol/library';
import { useModels } from './library-context';
import { SourceAgain } from './source-again';
import { NEEDS } from './words';

/** Goes on with an import that was cut off, asking for what the browser no longer has. */
export function ResumeControl({ entry }: { entry: ModelEntry }) {
  const { id, name, needs } = entry;
  const models = useModels();
  return (
    <>
      {needs !== 'nothing' && <p className="muted">{NEEDS[needs]}</p>}
      {(needs === 'nothing' || needs === 'permission') && (
        <div className="model-actions">
          <button type="button" className="button button-outline" onClick={() => void models.resume(id)}>
            {needs === 'permission' ? 'Allow and go on' : 'Go on'} <span className="sr-only">with {name}</span>
          </button>
        </div>
      )}
      {needs !== 'nothing' && <SourceAgain entry={entry} onSource={(source) => void models.resume(id, source)} />}
    </>
  );
}
