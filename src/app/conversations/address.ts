import type { Chats } from '../chats';
import type { AppAction, AppState } from '../state/app-state';
import type { Store } from '../state/store';

const PREFIX = '#chat=';

/** The conversation that the page's address names; null where it names none. */
function named(): string | null {
  return location.hash.startsWith(PREFIX) ? location.hash.slice(PREFIX.length) : null;
}

/**
 * Keeps the address of the page and the conversation that is shown the same, so that a reload, a bookmark and the browser's way back show it
 * again. What is not yet stored is when the page is hidden: it may be closed without another word.
 */
export async function keepAddress(chats: Chats, store: Store<AppState, AppAction>): Promise<void> {
  document.addEventListener('visibilitychange', () => document.hidden && void chats.flush());
  window.addEventListener('pagehide', () => void chats.flush());
  await chats.start(named());
  const write = (): void => {
    const { id, leaf } = store.getState().chat.conversation;
    const hash = leaf === null ? '' : PREFIX + id;
    if (location.hash === hash) return;
    // Of an empty chat there is nothing to come back to: what follows takes its place in the history.
    const url = hash || location.pathname + location.search;
    if (location.hash === '') history.replaceState(null, '', url);
    else history.pushState(null, '', url);
  };
  write();
  store.subscribe(write);
  window.addEventListener('hashchange', () => {
    const id = named();
    if (id === null) chats.newChat();
    else void chats.open(id);
  });
}
