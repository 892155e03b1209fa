import { type ReactNode, useRef } from 'react';
import type { ImportSource } from '../../protocol/library';
import { pick } from './source-files';

export interface SourceButtonProps {
  what: 'files' | 'folder';
  className?: string;
  disabled?: boolean;
  onChoose(source: ImportSource): void;
  children: ReactNode;
}

/** Opens the browser's chooser: the one whose choice outlives a reload where there is one, a plain file input elsewhere. */
export function SourceButton({
  what,
  className = 'button button-outline',
  disabled,
  onChoose,
  children,
}: SourceButtonProps) {
  const input = useRef<HTMLInputElement>(null);

  const choose = async () => {
    const picked = await pick(what);
    if (picked === null) input.current?.click();
    else if (picked !== 'cancelled') onChoose(picked);
  };

  return (
    <>
      <button type="button" className={className} disabled={disabled} onClick={() => void choose()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        data-what={what}
        {...(what === 'folder' ? { webkitdirectory: '' } : {})}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same file chosen again is to be a change too.
          target.value = '';
          if (files.length > 0) onChoose({ kind: 'files', files });
        }}
      />
    </>
  );
}
