import { useState } from 'react';
import { useWords } from '../i18n/use-words';
import { closeDialog, Dialog } from '../lib/dialogs';
import { ADD_DIALOG_ID } from './add-dialog';
import { ChooseSource } from './choose-source';
import { DraftError } from './draft-error';
import { useLibrary, useModels } from './library-context';
import { Preview } from './preview';

/** From where a model comes, what it is, and its import: in that order, in one place. */
export function AddSheet() {
  const models = useModels();
  const { models: words } = useWords();
  const draft = useLibrary((state) => state.draft);
  const preview = draft.preview;
  // What was typed, a token above all, is forgotten with the dialog.
  const [visit, setVisit] = useState(0);
  const forget = () => {
    models.clearDraft();
    setVisit((last) => last + 1);
  };
  return (
    <Dialog id={ADD_DIALOG_ID} title={words.add} closeName={words.closeAdd} wide onClose={forget}>
      {preview === null ? (
        <ChooseSource key={visit} draft={draft} />
      ) : (
        <Preview draft={draft} preview={preview} onStarted={() => closeDialog(ADD_DIALOG_ID)} />
      )}
      <DraftError draft={draft} onStarted={() => closeDialog(ADD_DIALOG_ID)} />
    </Dialog>
  );
}
