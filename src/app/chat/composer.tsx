import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { SendIcon, StopIcon } from '../icons';
import { useAppState, useChats, useSession } from '../session-context';
import { isStreaming } from '../state/chat';

export function Composer() {
  const session = useSession();
  const chats = useChats();
  const ready = useAppState((state) => state.model.status === 'ready');
  const takesMessages = useAppState((state) => state.model.info?.chat !== false);
  const host = useAppState((state) => state.model.server?.host);
  const streaming = useAppState((state) => isStreaming(state.chat));
  const chatIsEmpty = useAppState((state) => state.chat.path.length === 0);
  const [draft, setDraft] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  useEscapeToStop(streaming);

  // A new chat begins in the prompt box; on a phone that would cover half the page with the keyboard.
  useEffect(() => {
    if (chatIsEmpty && matchMedia('(hover: hover)').matches) box.current?.focus({ preventScroll: true });
  }, [chatIsEmpty]);

  const send = () => {
    if (!ready || streaming || draft.trim() === '') return;
    setDraft('');
    void chats.send(draft);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer column"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-box">
        <textarea
          ref={box}
          aria-label="Message"
          aria-describedby="composer-hint"
          placeholder={placeholderOf(ready, takesMessages)}
          rows={1}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {streaming ? (
          <button key="stop" type="button" className="button button-round" onClick={() => session.stop()}>
            <StopIcon /> <span className="sr-only">Stop</span>
          </button>
        ) : (
          <button key="send" type="submit" className="button button-round button-primary" disabled={!ready}>
            <SendIcon /> <span className="sr-only">Send</span>
          </button>
        )}
      </div>
      <p id="composer-hint" className="composer-hint">
        {streaming ? (
          <>
            <kbd>Esc</kbd> stops
          </>
        ) : (
          <>
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> + <kbd>Enter</kbd> breaks the line
          </>
        )}
        {host && ` · goes to ${host}`}
      </p>
    </form>
  );
}

function placeholderOf(ready: boolean, takesMessages: boolean): string {
  if (!ready) return 'The model is loading: you can already write';
  return takesMessages ? 'Write a message' : 'Begin a text: this model goes on with it';
}

function useEscapeToStop(streaming: boolean): void {
  const session = useSession();
  useEffect(() => {
    if (!streaming) return;
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      // An open panel takes Escape for itself.
      if (event.key === 'Escape' && !document.querySelector('dialog[open], :popover-open')) session.stop();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [streaming, session]);
}
