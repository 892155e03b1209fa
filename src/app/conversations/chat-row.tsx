import { useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { MoreIcon } from '../icons';
import { useChats, useSession } from '../session-context';
import type { Conversation } from '../state/chat';
import { type ChatFileKind, exportChat } from './chat-files';
import { ConfirmRemove } from './confirm-remove';

export interface ChatRowProps {
  conversation: Conversation;
  isShown: boolean;
  onOpened: () => void;
}

type Doing = 'nothing' | 'renaming' | 'deleting';

/** A conversation: its title opens it, a menu has the rest. */
export function ChatRow({ conversation, isShown, onOpened }: ChatRowProps) {
  const words = useWords().conversations;
  const chats = useChats();
  const [doing, setDoing] = useState<Doing>('nothing');
  const title = conversation.title || words.untitled;
  const stop = () => setDoing('nothing');

  if (doing === 'renaming') return <RenameRow {...{ conversation }} onDone={stop} />;
  if (doing === 'deleting') return <DeleteRow id={conversation.id} {...{ title }} onDone={stop} />;
  return (
    <li className="chat-row">
      <button
        type="button"
        className="button chat-row-title"
        aria-current={isShown ? 'page' : undefined}
        onClick={() => {
          onOpened();
          void chats.open(conversation.id);
        }}
      >
        {title}
      </button>
      <ChatMenu id={conversation.id} {...{ title }} onDoing={setDoing} />
    </li>
  );
}

function ChatMenu({ id, title, onDoing }: { id: string; title: string; onDoing: (doing: Doing) => void }) {
  const words = useWords().conversations;
  const chats = useChats();
  const menu = useRef<HTMLDivElement>(null);
  const menuId = useId();
  const act = (work: () => void) => () => {
    menu.current?.hidePopover();
    work();
  };
  const save = (kind: ChatFileKind) => act(() => void exportChat(chats, id, kind, words.untitled));
  return (
    <>
      <button type="button" className="button chat-row-more" popoverTarget={menuId}>
        <MoreIcon /> <span className="sr-only">{words.more(title)}</span>
      </button>
      <div ref={menu} id={menuId} className="menu" popover="auto">
        <button type="button" className="button" onClick={act(() => onDoing('renaming'))}>
          {words.rename}
        </button>
        <button type="button" className="button" onClick={save('md')}>
          {words.exportMarkdown}
        </button>
        <button type="button" className="button" onClick={save('json')}>
          {words.exportJson}
        </button>
        <button type="button" className="button menu-danger" onClick={act(() => onDoing('deleting'))}>
          {words.remove}
        </button>
      </div>
    </>
  );
}

function RenameRow({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const words = useWords().conversations;
  const chats = useChats();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <li className="chat-row">
      <form
        className="chat-row-form"
        onSubmit={(event) => {
          event.preventDefault();
          void chats.rename(conversation.id, field.current?.value.trim() ?? '');
          onDone();
        }}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      >
        <input
          ref={field}
          type="text"
          aria-label={words.renameLabel}
          maxLength={200}
          defaultValue={conversation.title}
        />
        <button type="submit" className="button button-outline">
          {words.save}
        </button>
        <button type="button" className="button" onClick={onDone}>
          {words.cancel}
        </button>
      </form>
    </li>
  );
}

function DeleteRow({ id, title, onDone }: { id: string; title: string; onDone: () => void }) {
  const words = useWords().conversations;
  const chats = useChats();
  const session = useSession();
  const remove = async () => {
    onDone();
    await chats.remove([id]);
    session.announce(words.removed(title));
  };
  return (
    <li className="chat-row">
      <ConfirmRemove ask={words.removeAsk(title)} onKeep={onDone} onRemove={() => void remove()} />
    </li>
  );
}
