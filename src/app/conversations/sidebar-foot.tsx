import { useRef, useState } from 'react';
import { type ErrorData, toErrorData } from '../../protocol/errors';
import { useWords } from '../i18n/use-words';
import { ErrorText } from '../notices/error-text';
import { useChats, useSession } from '../session-context';
import { exportAllChats, importChats } from './chat-files';
import { ConfirmRemove } from './confirm-remove';

/** All conversations at once: files in and out. */
export function SidebarFoot({ count }: { count: number }) {
  const words = useWords().conversations;
  const chats = useChats();
  const session = useSession();
  const picker = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<ErrorData | null>(null);
  const [removing, setRemoving] = useState(false);

  const take = async (files: File[]) => {
    setFailure(null);
    try {
      const taken = await importChats(chats, files);
      session.announce(words.imported(taken));
    } catch (error) {
      setFailure(toErrorData(error));
    }
  };

  const removeAll = () => {
    setRemoving(false);
    void chats.remove((chats.list.getState().conversations ?? []).map(({ id }) => id));
  };

  if (removing) {
    return (
      <div className="sidebar-foot">
        <ConfirmRemove ask={words.removeAllAsk(count)} onKeep={() => setRemoving(false)} onRemove={removeAll} />
      </div>
    );
  }
  return (
    <div className="sidebar-foot">
      {failure && (
        <p role="alert" className="field-error">
          <ErrorText error={failure} />
        </p>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept=".json,.md"
        aria-label={words.importFiles}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = ''; // The same file may be chosen again.
          if (files.length > 0) void take(files);
        }}
      />
      <button type="button" className="button" disabled={!chats.keeps} onClick={() => picker.current?.click()}>
        {words.importFiles}
      </button>
      <button type="button" className="button" disabled={count === 0} onClick={() => void exportAllChats(chats)}>
        {words.exportAll}
      </button>
      <button type="button" className="button" disabled={count === 0} onClick={() => setRemoving(true)}>
        {words.removeAll}
      </button>
    </div>
  );
}
