import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Chats } from './chats';
import type { Session } from './session';
import type { AppState } from './state/app-state';
import type { ChatListState } from './state/chat-list';

interface Page {
  session: Session;
  chats: Chats;
}

const PageContext = createContext<Page | null>(null);

export function PageProvider({ children, ...page }: Page & { children: ReactNode }) {
  return <PageContext value={page}>{children}</PageContext>;
}

function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage: expected a PageProvider above, found none');
  return page;
}

/** The engine: models, memory, settings. */
export const useSession = (): Session => usePage().session;

/** The conversations. */
export const useChats = (): Chats => usePage().chats;

/** A part of the state. `select` must return the same value for the same state, or React draws without end. */
export function useAppState<Part>(select: (state: AppState) => Part): Part {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}

/** A part of the list of kept conversations, as {@link useAppState}. */
export function useChatList<Part>(select: (state: ChatListState) => Part): Part {
  const { list } = useChats();
  return useSyncExternalStore(list.subscribe, () => select(list.getState()));
}
