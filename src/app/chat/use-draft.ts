import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useAppState, useSession } from '../session-context';
import type { ChatState } from '../state/chat';
import { type Draft, Drafts } from './composer-drafts';
import { attach } from './composer-files';

const drafts = new Drafts(tabStorage());

/** All chats in which nothing was said yet share a draft: there is no telling them apart. */
function draftKeyOf({ conversation }: ChatState): string {
  return conversation.leaf === null ? 'new' : conversation.id;
}

/** The draft of the conversation that is shown. */
export function useDraft(): { draft: Draft; change: (change: Partial<Draft>) => void; clear: () => void } {
  const key = useAppState((state) => draftKeyOf(state.chat));
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.of(key));
  const change = useCallback((to: Partial<Draft>) => drafts.change(key, to), [key]);
  const clear = useCallback(() => drafts.clear(key), [key]);

  useEffect(() => {
    const store = () => drafts.store();
    document.addEventListener('visibilitychange', store);
    window.addEventListener('pagehide', store);
    return () => {
      document.removeEventListener('visibilitychange', store);
      window.removeEventListener('pagehide', store);
    };
  }, []);

  return { draft, change, clear };
}

/** Takes files into the draft of the conversation that is shown by then. */
export function useAttach(): (files: readonly File[]) => Promise<void> {
  const session = useSession();
  return useCallback((files) => attach(drafts, draftKeyOf(session.store.getState().chat), files), [session]);
}

/** Reading `sessionStorage` throws where cookies are blocked. */
function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
