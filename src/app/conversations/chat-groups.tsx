import { memo } from 'react';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import type { Conversation } from '../state/chat';
import { ChatRow } from './chat-row';
import { groupByAge } from './groups';

export interface ChatGroupsProps {
  conversations: readonly Conversation[];
  /** One of them was chosen. */
  onOpened: () => void;
}

export function ChatGroups({ conversations, onOpened }: ChatGroupsProps) {
  const words = useWords().conversations;
  const shown = useAppState((state) => state.chat.conversation.id);
  return (
    <nav className="chat-list" aria-label={words.title}>
      {groupByAge(conversations, new Date()).map(([age, group]) => (
        <section key={age} aria-labelledby={`chats-${age}`}>
          <h3 id={`chats-${age}`}>{words.groups[age]}</h3>
          <ul>
            {group.map((conversation) => (
              <Row key={conversation.id} {...{ conversation, onOpened }} isShown={conversation.id === shown} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

/** While an answer is written its conversation's head changes; the other rows stay as they are. */
const Row = memo(
  ChatRow,
  (before, after) => before.conversation === after.conversation && before.isShown === after.isShown,
);
