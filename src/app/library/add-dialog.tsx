import { closeDialog, Dialog, openDialog } from '../lib/dialogs';
import { ChooseSource } from './choose-source';
import { DraftError } from './draft-error';
import { useLibrary, useModels } from './library-context';
import { Preview } from './preview';

const DIALOG_ID = 'add-model';

export function openAddDialog(): void {
  openDialog(DIALOG_ID);
}

/** From where a model comes, what it is, and its import: in that order, in one place. */
export function AddDialog() {
  const models = useModels();
  const draft = useLibrary((state) => state.draft);
  const preview = draft.preview;
  return (
    <Dialog id={DIALOG_ID} title="Add a model" closeName="add a model" wide onClose={() => models.clearDraft()}>
      {preview === null ? (
        <ChooseSource draft={draft} />
      ) : (
        <Preview draft={draft} preview={preview} onStarted={() => closeDialog(DIALOG_ID)} />
      )}
      <DraftError draft={draft} onStarted={() => closeDialog(DIALOG_ID)} />
    </Dialog>
  );
}
