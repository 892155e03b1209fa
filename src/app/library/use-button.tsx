import { useWords } from '../i18n/use-words';
import { CheckIcon } from '../icons';
import { closeDialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';
import { MODELS_DIALOG_ID } from './models-dialog';

export interface UseButtonProps {
  id: string;
  name: string;
  label?: string;
}

/** Makes a model the one that answers; a mark where it is. */
export function UseButton({ id, name, label }: UseButtonProps) {
  const session = useSession();
  const { models: words } = useWords();
  const inUse = useAppState((state) => state.model.id === id && state.model.status !== 'failed');
  if (inUse) {
    return (
      <span className="model-mark">
        <CheckIcon /> {words.inUse}
      </span>
    );
  }
  const use = () => {
    closeDialog(MODELS_DIALOG_ID);
    void session.use(id);
  };
  return (
    <button type="button" className="button button-primary" onClick={use}>
      {label ?? words.use} <span className="sr-only">{name}</span>
    </button>
  );
}
