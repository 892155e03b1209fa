import { useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { FileIcon } from '../icons';
import type { AttachedFile } from '../state/chat';

/** The files of a question, by their names; one of them at a time shows its text. */
export function MessageFiles({ files }: { files: readonly AttachedFile[] }) {
  const words = useWords().chat;
  const textId = useId();
  const [shown, setShown] = useState<number | null>(null);
  const file = shown === null ? undefined : files[shown];
  return (
    <div className="message-files">
      <ul aria-label={words.files}>
        {files.map(({ name }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may have the same name, and their order is fixed
          <li key={index}>
            <button
              type="button"
              className="button button-quiet file-chip"
              aria-expanded={shown === index}
              aria-controls={textId}
              onClick={() => setShown(shown === index ? null : index)}
            >
              <FileIcon /> {name}
            </button>
          </li>
        ))}
      </ul>
      <div id={textId}>
        {file && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          <pre className="file-text" tabIndex={0}>
            {file.text}
          </pre>
        )}
      </div>
    </div>
  );
}
