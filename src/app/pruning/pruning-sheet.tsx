import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { PRUNING_DIALOG } from './open';

export function PruningSheet() {
  const { pruning: words } = useWords();
  return (
    <Dialog id={PRUNING_DIALOG} title={words.title} closeName={words.title} wide>
      {null}
    </Dialog>
  );
}
