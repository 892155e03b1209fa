import { CheckIcon } from '../icons';
import { closeDialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';

export interface UseButtonProps {
  id: string;
  name: string;
  label?: string;
}

/** Makes a model the one that answers; a mark where it is. */
export function UseButton({ id, name, label = 'Use' }: UseButtonProps) {
  const session = useSession();
  const inUse = useAppState((state) => state.model.id === id && state.model.status !== 'failed');
  if (inUse) {
    return (
      <span className="model-mark">
        <CheckIcon /> In use
      </span>
    );
  }
  const use = () => {
    closeDialog('models');
    void session.use(id);
  };
  return (
    <button type="button" className="button button-primary" onClick={use}>
      {label} <span className="sr-only">{name}</span>
    </button>
  );
}
