import { useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { COLUMN_IDS, useCloseWhenWide } from '../panel/columns';
import { useChatList, useChats } from '../session-context';
import { ChatGroups } from './chat-groups';
import { SearchField, useSearch } from './search-field';
import { SidebarFoot } from './sidebar-foot';
import '../styles/conversations.css';

/** The conversations that are kept, the last one first: beside the chat where there is room (CSS decides), else a sheet. */
export function Sidebar() {
  const words = useWords().conversations;
  const chats = useChats();
  const kept = useChatList((state) => state.conversations);
  const { text, setText, found } = useSearch();
  const panel = useRef<HTMLElement>(null);
  useCloseWhenWide(panel);
  const close = () => panel.current?.matches(':popover-open') && panel.current.hidePopover();

  const shown = found === null ? kept : (kept ?? []).filter(({ id }) => found.has(id));
  return (
    <aside ref={panel} id={COLUMN_IDS.sidebar} className="sidebar" popover="auto" aria-label={words.title}>
      <div className="sidebar-head">
        <h2>{words.title}</h2>
        <button
          type="button"
          className="button only-narrow"
          popoverTarget={COLUMN_IDS.sidebar}
          popoverTargetAction="hide"
        >
          <CloseIcon /> <span className="sr-only">{words.close}</span>
        </button>
      </div>
      {kept !== null && kept.length > 0 && <SearchField text={text} onChange={setText} found={found} />}
      {kept?.length === 0 && <p className="muted">{chats.keeps ? words.none : words.notKept}</p>}
      {shown && <ChatGroups conversations={shown} onOpened={close} />}
      <SidebarFoot count={kept?.length ?? 0} />
    </aside>
  );
}
