import { Fragment, type KeyboardEvent, useRef } from 'react';
import '../styles/messages.css';
import { useWords } from '../i18n/use-words';
import { ArrowDownIcon } from '../icons';
import { useAppState } from '../session-context';
import { type Entry, isStreaming } from '../state/chat';
import { NextAuthorNote } from './author-note';
import { useFollowEnd } from './follow-end';
import { MessageRow } from './message-row';
import { useMessageWindow } from './message-window';
import { type OutlineRow, outlineOf } from './outline';

/** A conversation that has begun. It opens at its end. */
export function Messages() {
  const words = useWords().chat;
  const rows = useOutline();
  const writes = useAppState((state) => isStreaming(state.chat));
  const { scroller, content, following, follow } = useFollowEnd(rows, writes);
  const { items, height, measure } = useMessageWindow(rows, scroller, content);

  // The end may move while the browser scrolls there: rows are measured on the way.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || (event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    if (event.key === 'End') follow();
    else event.currentTarget.scrollTop = 0;
  };

  let drawnTo = 0;
  return (
    <div className="conversation">
      <section
        className="conversation-scroll"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label={words.conversation}
        onKeyDown={onKeyDown}
      >
        <div className="column conversation-content" ref={content}>
          {items.map(({ index, start, end }) => {
            const row = rows[index];
            const room = start - drawnTo;
            drawnTo = end;
            if (!row) return null;
            return (
              <Fragment key={row.place}>
                {room > 0 && <div style={{ height: room }} />}
                <MessageRow row={row} index={index} count={rows.length} measure={measure} />
              </Fragment>
            );
          })}
          {height > drawnTo && <div style={{ height: height - drawnTo }} />}
          <NextAuthorNote />
        </div>
      </section>
      {!following && (
        <button type="button" className="button button-float" onClick={follow}>
          <ArrowDownIcon /> {words.latest}
        </button>
      )}
    </div>
  );
}

/** The same while an answer grows: only its own row is drawn then. */
function useOutline(): readonly OutlineRow[] {
  const last = useRef<{ path: readonly Entry[]; rows: readonly OutlineRow[] }>({ path: [], rows: [] });
  return useAppState(({ chat: { path } }) => {
    if (last.current.path !== path) last.current = { path, rows: outlineOf(path, last.current.rows) };
    return last.current.rows;
  });
}
