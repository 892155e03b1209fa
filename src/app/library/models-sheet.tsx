import { useWords } from '../i18n/use-words';
import { PlusIcon } from '../icons';
import { Dialog } from '../lib/dialogs';
import { ErrorText } from '../notices/error-text';
import { ServerRow } from '../server/server-row';
import { openAddDialog } from './add-dialog';
import { EmbeddedRow } from './embedded-row';
import { useLibrary, useModels } from './library-context';
import { ModelRow } from './model-row';
import { MODELS_DIALOG_ID } from './models-dialog';
import { Recommendation } from './recommendation';
import { StorageLine } from './storage-line';

/** The models of this browser: which there are, which one answers, and all that can be done with each. */
export function ModelsSheet() {
  const models = useLibrary((state) => state.models);
  const { models: words } = useWords();
  return (
    <Dialog id={MODELS_DIALOG_ID} title={words.title} closeName={words.closeModels} wide action={<AddButton />}>
      {models?.length === 0 && <Recommendation />}
      <ul className="models">
        <EmbeddedRow />
        {models?.map((entry) => (
          <ModelRow key={entry.id} entry={entry} />
        ))}
        <ServerRow />
      </ul>
      {models === null && <Waiting />}
      <StorageLine />
    </Dialog>
  );
}

function AddButton() {
  const { models: words } = useWords();
  return (
    <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openAddDialog}>
      <PlusIcon /> {words.add}
    </button>
  );
}

function Waiting() {
  const models = useModels();
  const { models: words } = useWords();
  const error = useLibrary((state) => state.error);
  if (!error) return <p className="muted">{words.lookingUp}</p>;
  return (
    <div className="alert" role="alert">
      <p>
        <ErrorText error={error} />
      </p>
      <button type="button" className="button button-outline" onClick={() => void models.start()}>
        {words.tryAgain}
      </button>
    </div>
  );
}
