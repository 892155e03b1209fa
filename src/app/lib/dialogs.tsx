import type { ReactNode } from 'react';
import { CloseIcon } from '../icons';
import { useAppState } from '../session-context';

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

export function closeDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.close();
}

export interface DialogProps {
  id: string;
  title: string;
  /** Ends the accessible name of the close button: `Close models`. */
  closeName: string;
  wide?: boolean;
  /** Beside the close button. */
  action?: ReactNode;
  onClose?: () => void;
  children: ReactNode;
}

/** A titled sheet. While it is open the page below is inert, so what a screen reader is to hear is said in here too. */
export function Dialog({ id, title, closeName, wide, action, onClose, children }: DialogProps) {
  return (
    <dialog id={id} className={wide ? 'sheet sheet-wide' : 'sheet'} aria-labelledby={`${id}-title`} onClose={onClose}>
      <form method="dialog" className="sheet-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <div className="sheet-actions">
          {action}
          <button type="submit" className="button">
            <CloseIcon /> <span className="sr-only">Close {closeName}</span>
          </button>
        </div>
      </form>
      {children}
      <Announcement />
    </dialog>
  );
}

function Announcement() {
  const announcement = useAppState((state) => state.announcement);
  return (
    <p className="sr-only" role="status">
      {announcement}
    </p>
  );
}
