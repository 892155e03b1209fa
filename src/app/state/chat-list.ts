import type { Conversation } from './chat';

export interface ChatListState {
  /** Kept conversations, the last changed first; null until they are known. */
  conversations: readonly Conversation[] | null;
}

export type ChatListAction =
  | { type: 'chats/listed'; conversations: readonly Conversation[] }
  | { type: 'chats/kept'; conversation: Conversation }
  | { type: 'chats/removed'; id: string };

export const INITIAL_CHAT_LIST: ChatListState = { conversations: null };

export function reduceChatList({ conversations }: ChatListState, action: ChatListAction): ChatListState {
  const others = (id: string) => (conversations ?? []).filter((known) => known.id !== id);
  switch (action.type) {
    case 'chats/listed':
      return { conversations: action.conversations };
    case 'chats/kept': {
      const { conversation } = action;
      return { conversations: [conversation, ...others(conversation.id)].sort((a, b) => b.updatedAt - a.updatedAt) };
    }
    case 'chats/removed':
      return { conversations: others(action.id) };
  }
}
