import { useState } from 'react';
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
  // What was typed, a token above all, is forgotten with the dialog.
  const [visit, setVisit] = useState(0);
  const forget = () => {
    models.clearDraft();
    setVisit((last) => last + 1);
  };
  return (
    <Dialog id={DIALOG_ID} title="Add a model" closeName="add a model" wide onClose={forget}>
      {preview === null ? (
        <ChooseSource key={visit} draft={draft} />
      ) : (
        <Preview draft={draft} preview={preview} onStarted={() => closeDialog(DIALOG_ID)} />
      )}
      <DraftError draft={draft} onStarted={() => closeDialog(DIALOG_ID)} />
    </Dialog>
  );
}
