import { PlusIcon } from '../icons';
import { Dialog, openDialog } from '../lib/dialogs';
import { ServerRow } from '../server/server-row';
import { openAddDialog } from './add-dialog';
import { EmbeddedRow } from './embedded-row';
import { useLibrary, useModels } from './library-context';
import { ModelRow } from './model-row';
import { StorageLine } from './storage-line';

const DIALOG_ID = 'models';

export function openModels(): void {
  openDialog(DIALOG_ID);
}

/** The models of this browser: which there are, which one answers, and all that can be done with each. */
export function ModelsDialog() {
  const models = useLibrary((state) => state.models);
  return (
    <Dialog id={DIALOG_ID} title="Models" closeName="models" wide action={<AddButton />}>
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
  return (
    <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openAddDialog}>
      <PlusIcon /> Add a model
    </button>
  );
}

function Waiting() {
  const models = useModels();
  const error = useLibrary((state) => state.error);
  if (!error) return <p className="muted">Looking up what is stored.</p>;
  return (
    <div className="alert" role="alert">
      <p>
        <strong>{error.message}</strong> {error.hint}
      </p>
      <button type="button" className="button button-outline" onClick={() => void models.start()}>
        Try again
      </button>
    </div>
  );
}
