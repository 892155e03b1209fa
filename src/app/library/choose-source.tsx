import type { Draft } from '../state/library';
import { AddressForm } from './address-form';
import { useModels } from './library-context';
import { SourceButton } from './source-button';

export function ChooseSource({ draft }: { draft: Draft }) {
  const models = useModels();
  const looking = draft.stage === 'looking';
  return (
    <div className="fields">
      <p className="muted">
        A Mixtral as a GGUF file, a folder from Hugging Face (safetensors) or a folder that Mixtab exported. Nothing is
        stored before you have seen what it is.
      </p>
      <div className="drop-area">
        <p>Drop a file or folder here</p>
        <div className="model-actions">
          <SourceButton what="files" disabled={looking} onChoose={(source) => void models.look(source)}>
            Choose a file
          </SourceButton>
          <SourceButton what="folder" disabled={looking} onChoose={(source) => void models.look(source)}>
            Choose a folder
          </SourceButton>
        </div>
      </div>
      <AddressForm draft={draft} />
      {looking && (
        <div className="looking">
          <progress aria-label="Reading what it is" />
          <p className="muted">Reading what it is</p>
          <button type="button" className="button button-quiet" onClick={() => models.chooseAgain()}>
            Cancel
          </button>
        </div>
      )}
    </div>
  );
}
