import { useWords } from '../i18n/use-words';
import { ChevronIcon } from '../icons';
import { useAppState, useChats, useSession } from '../session-context';
import { type Entry, isStreaming, siblingsOf } from '../state/chat';
import { ToolButton } from './tool-button';

/** Between the branches beside a message: `2 of 3`. Nothing where there is but one. */
export function BranchSwitch({ entry }: { entry: Entry }) {
  const words = useWords().chat;
  const chats = useChats();
  const { store } = useSession();
  const count = useAppState(({ chat }) => siblingsOf(chat, entry).length);
  const index = useAppState(({ chat }) => siblingsOf(chat, entry).indexOf(entry.id));
  const writes = useAppState(({ chat }) => isStreaming(chat));
  if (count < 2) return null;
  const show = (sibling: number) => {
    const id = siblingsOf(store.getState().chat, entry)[sibling];
    if (id !== undefined) chats.showBranch(id);
  };
  // At an end the button stays, and with it the focus.
  return (
    <fieldset className="branch-switch" aria-label={words.branches}>
      <ToolButton
        name={words.previousBranch}
        icon={<ChevronIcon />}
        disabled={writes}
        onClick={() => show(Math.max(0, index - 1))}
      />
      <span aria-live="polite">{words.branch(index + 1, count)}</span>
      <ToolButton
        name={words.nextBranch}
        icon={<ChevronIcon />}
        disabled={writes}
        onClick={() => show(Math.min(count - 1, index + 1))}
      />
    </fieldset>
  );
}
