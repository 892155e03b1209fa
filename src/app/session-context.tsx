import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Session } from './session';
import type { AppState } from './state/app-state';

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession: expected a SessionProvider above, found none');
  return session;
}

/** A part of the state. `select` must return the same value for the same state, or React draws without end. */
export function useAppState<Part>(select: (state: AppState) => Part): Part {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
