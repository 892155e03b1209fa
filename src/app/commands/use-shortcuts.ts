import { useEffect } from 'react';
import { isDialogOnItsWay } from '../lib/dialogs';
import { COMMANDS, type CommandPage, isAvailable } from './commands';
import { isCharacter, isPress, type Shortcut, takesCharacters } from './keys';

/** The one place that takes keys for the whole page. */
export function useShortcuts(page: CommandPage): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isDialogOnItsWay()) event.preventDefault();
      if (event.defaultPrevented || event.isComposing || event.repeat || isElsewhere()) return;
      const command = COMMANDS.find(({ shortcuts = [] }) =>
        shortcuts.some((shortcut) => isPress(shortcut, event) && isFree(shortcut, event, page)),
      );
      if (!command || !isAvailable(command, page)) return;
      event.preventDefault();
      command.run(page);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [page]);
}

/** What is open above the chat has its keys for itself. */
function isElsewhere(): boolean {
  return document.querySelector('dialog[open], :popover-open') !== null;
}

/** A character belongs to who writes, and to who wants no commands of a letter. */
function isFree(shortcut: Shortcut, event: KeyboardEvent, { session }: CommandPage): boolean {
  if (!isCharacter(shortcut)) return true;
  return session.store.getState().settings.letterKeys && !takesCharacters(event.target);
}
