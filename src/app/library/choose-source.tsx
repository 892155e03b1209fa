import { useWords } from '../i18n/use-words';
import type { Draft } from '../state/library';
import { AddressForm } from './address-form';
import { useModels } from './library-context';
import { SourceButton } from './source-button';

export function ChooseSource({ draft }: { draft: Draft }) {
  const models = useModels();
  const { choose: words } = useWords().models;
  const looking = draft.stage === 'looking';
  return (
    <div className="fields">
      <p className="muted">{words.intro}</p>
      <div className="drop-area">
        <p>{words.drop}</p>
        <div className="model-actions">
          <SourceButton what="files" disabled={looking} onChoose={(source) => void models.look(source)}>
            {words.file}
          </SourceButton>
          <SourceButton what="folder" disabled={looking} onChoose={(source) => void models.look(source)}>
            {words.folder}
          </SourceButton>
        </div>
      </div>
      <AddressForm draft={draft} />
      {looking && (
        <div className="looking">
          <progress aria-label={words.reading} />
          <p className="muted">{words.reading}</p>
          <button type="button" className="button button-quiet" onClick={() => models.chooseAgain()}>
            {words.cancel}
          </button>
        </div>
      )}
    </div>
  );
}
