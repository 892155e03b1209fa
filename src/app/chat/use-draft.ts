import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useAppState, useSession } from '../session-context';
import type { ChatState } from '../state/chat';
import { createStore } from '../state/store';
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

/** Questions that are being put in other words, by id: what is typed stays when another chat is shown, or the page scrolls away. */
const edits = createStore((written: ReadonlyMap<string, string>, edit: { id: string; text: string | null }) => {
  const others = [...written].filter(([id]) => id !== edit.id);
  return new Map(edit.text === null ? others : [...others, [edit.id, edit.text]]);
}, new Map<string, string>());

/** How a question is being put in other words; null where it is not. */
export function useEdit(id: string): { text: string | null; write: (text: string | null) => void } {
  const text = useSyncExternalStore(edits.subscribe, () => edits.getState().get(id) ?? null);
  const write = useCallback((to: string | null) => edits.dispatch({ id, text: to }), [id]);
  return { text, write };
}

/** Opens the last question of the branch that is shown for other words; false where there is none. */
export function editLastQuestion({ path }: ChatState): boolean {
  const last = path.findLast(({ role }) => role === 'user');
  if (last) edits.dispatch({ id: last.id, text: edits.getState().get(last.id) ?? last.text });
  return last !== undefined;
}

/** Reading `sessionStorage` throws where cookies are blocked. */
function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
