import { useRef } from 'react';
import { formatBytes } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { AttachIcon, CloseIcon, FileIcon } from '../icons';
import type { DraftFile, Refusal } from './composer-drafts';
import { MOST_FILE_BYTES } from './composer-files';
import { useFileTokens } from './use-prompt-size';

export function AttachButton({ onChosen }: { onChosen: (files: File[]) => void }) {
  const words = useWords().composer;
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = ''; // The same file may be chosen again.
          if (files.length > 0) onChosen(files);
        }}
      />
      <button type="button" className="button" title={words.attach} onClick={() => picker.current?.click()}>
        <AttachIcon /> <span className="sr-only">{words.attach}</span>
      </button>
    </>
  );
}

/** What will be sent with the message. */
export function Attachments({ files, onRemove }: { files: readonly DraftFile[]; onRemove: (file: DraftFile) => void }) {
  const words = useWords().composer;
  if (files.length === 0) return null;
  return (
    <ul className="attachments" aria-label={words.files}>
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may have the same name
        <Attachment key={`${index} ${file.name}`} file={file} onRemove={() => onRemove(file)} />
      ))}
    </ul>
  );
}

function Attachment({ file, onRemove }: { file: DraftFile; onRemove: () => void }) {
  const words = useWords().composer;
  const tokens = useFileTokens(file);
  return (
    <li className="attachment">
      <FileIcon />
      <span className="attachment-name" title={file.name}>
        {file.name}
      </span>
      <span className="muted">
        {formatBytes(file.bytes)}
        {tokens !== null && ` · ${words.fileTokens(tokens.toLocaleString('en'))}`}
      </span>
      <button type="button" className="button button-quiet" onClick={onRemove}>
        <CloseIcon /> <span className="sr-only">{words.remove(file.name)}</span>
      </button>
    </li>
  );
}

/** Why files were not taken, until others are chosen. */
export function Refusals({ refusals, onDismiss }: { refusals: readonly Refusal[]; onDismiss: () => void }) {
  const words = useWords().composer;
  if (refusals.length === 0) return null;
  return (
    <div className="alert" role="alert">
      <p>
        {refusals.map(({ name, bytes, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have the same name
          <span key={`${index} ${name}`} className="refusal">
            {words.refused[reason](name, formatBytes(bytes), formatBytes(MOST_FILE_BYTES))}
          </span>
        ))}
      </p>
      <button type="button" className="button button-outline" onClick={onDismiss}>
        {words.dismiss}
      </button>
    </div>
  );
}
