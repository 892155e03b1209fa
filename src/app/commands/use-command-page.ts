import { useMemo } from 'react';
import { useModels } from '../library/library-context';
import { useChats, useSession } from '../session-context';
import type { CommandPage } from './commands';

export function useCommandPage(): CommandPage {
  const session = useSession();
  const chats = useChats();
  const models = useModels();
  return useMemo(() => ({ session, chats, models }), [session, chats, models]);
}
