import { useWords } from '../i18n/use-words';
import { PromptIcon } from '../icons';
import { LazyDialog, openDialog } from '../lib/dialogs';
import { useAppState } from '../session-context';

export const SYSTEM_ID = 'system-prompt';
export const SYSTEM_TEXT_ID = 'system-prompt-text';

/** Opens the system prompt of the conversation, and shows whether it has one. */
export function SystemButton() {
  const words = useWords().composer.system;
  const isSet = useAppState((state) => state.chat.conversation.system.trim() !== '');
  return (
    <button
      type="button"
      className="button composer-system"
      aria-haspopup="dialog"
      title={isSet ? words.isSet : words.title}
      aria-label={isSet ? words.isSet : undefined}
      data-set={isSet}
      onClick={() => openDialog(SYSTEM_ID)}
    >
      <PromptIcon /> <span className="composer-system-name">{words.title}</span>
    </button>
  );
}

const load = async () => (await import('./composer-system-sheet')).SystemSheet;

export function SystemDialog() {
  return <LazyDialog id={SYSTEM_ID} load={load} />;
}
