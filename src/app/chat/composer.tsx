import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { SendIcon, StopIcon } from '../icons';
import { useAppState, useChats, useSession } from '../session-context';
import { PresetSelect } from '../settings/preset-select';
import { isStreaming } from '../state/chat';
import { AttachButton, Attachments, Refusals } from './composer-attachments';
import { DraftCount } from './composer-count';
import { SystemButton, SystemDialog } from './composer-system';
import { editLastQuestion, useAttach, useDraft } from './use-draft';
import { useDraftSize } from './use-prompt-size';
import '../styles/composer.css';

const COUNT_ID = 'composer-count';

export function Composer() {
  const words = useWords().composer;
  const session = useSession();
  const chats = useChats();
  const ready = useAppState((state) => state.model.status === 'ready');
  const takesMessages = useAppState((state) => state.model.info?.chat !== false);
  const streaming = useAppState((state) => isStreaming(state.chat));
  const chatIsEmpty = useAppState((state) => state.chat.path.length === 0);
  const { draft, change, clear } = useDraft();
  const attach = useAttach();
  const size = useDraftSize(draft);
  const box = useRef<HTMLTextAreaElement>(null);

  // A new chat begins in the prompt box; on a phone that would cover half the page with the keyboard.
  useEffect(() => {
    if (chatIsEmpty && matchMedia('(hover: hover)').matches) box.current?.focus({ preventScroll: true });
  }, [chatIsEmpty]);

  const isOver = size?.level === 'over' && size.draft === draft;
  const isEmpty = draft.text.trim() === '' && draft.files.length === 0;

  const send = () => {
    if (isOver) session.announce(words.level.over);
    if (!ready || streaming || isEmpty || isOver) return;
    clear();
    void chats.send(
      draft.text,
      draft.files.map(({ name, text }) => ({ name, text })),
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, keys choose a candidate.
    if (event.nativeEvent.isComposing) return;
    const isPlain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey);
    if (event.key === 'ArrowUp' && isPlain && draft.text === '') {
      if (editLastQuestion(session.store.getState().chat)) event.preventDefault();
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };

  const onPaste = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData;
    // Office programs put a picture beside the text that was copied.
    if (files.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    void attach([...files]);
  };

  return (
    <>
      <form
        className="composer column"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Refusals refusals={draft.refusals} onDismiss={() => change({ refusals: [] })} />
        <div className="composer-box">
          <Attachments
            files={draft.files}
            onRemove={(file) => {
              change({ files: draft.files.filter((other) => other !== file) });
              box.current?.focus();
            }}
          />
          <textarea
            ref={box}
            aria-label={words.message}
            aria-describedby={COUNT_ID}
            placeholder={ready ? (takesMessages ? words.write : words.begin) : words.loading}
            rows={1}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
          <div className="composer-tools">
            <AttachButton onChosen={(files) => void attach(files)} />
            <SystemButton />
            <PresetSelect className="composer-preset" aria-label={words.preset} />
            {streaming ? (
              <button
                key="stop"
                type="button"
                className="button button-round composer-stop"
                onClick={() => session.stop()}
              >
                <StopIcon /> <span className="sr-only">{words.stop}</span>
              </button>
            ) : (
              <button
                key="send"
                type="submit"
                className="button button-round button-primary"
                disabled={!ready}
                aria-disabled={isOver}
                aria-describedby={isOver ? COUNT_ID : undefined}
              >
                <SendIcon /> <span className="sr-only">{words.send}</span>
              </button>
            )}
          </div>
        </div>
        <div className="composer-foot">
          <Keys streaming={streaming} />
          <DraftCount id={COUNT_ID} size={chatIsEmpty && isEmpty ? null : size} />
        </div>
      </form>
      <SystemDialog />
    </>
  );
}

/** What keys do; where what is written goes to, if it leaves this device. */
function Keys({ streaming }: { streaming: boolean }) {
  const words = useWords().composer;
  const host = useAppState((state) => state.model.server?.host);
  return (
    <p className="composer-hint">
      <span className="composer-keys">
        {streaming ? (
          <>
            <kbd>Esc</kbd> {words.stops}
          </>
        ) : (
          <>
            <kbd>Enter</kbd> {words.enterSends} <kbd>Shift</kbd> + <kbd>Enter</kbd> {words.breaksLine}
          </>
        )}
      </span>
      {host && <span>{words.goesTo(host)}</span>}
    </p>
  );
}
