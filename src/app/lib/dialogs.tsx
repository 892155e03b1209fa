import { type ComponentType, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { useAppState } from '../session-context';

/** Lazy dialogs that were asked for, by id: they are drawn from then on. */
let wanted: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  if (dialog || wanted.has(id)) return;
  wanted = new Set([...wanted, id]);
  for (const listener of listeners) listener();
}

/** Whether a dialog was asked for that has still to come: what is typed meanwhile is meant for it. */
export function isDialogOnItsWay(): boolean {
  return [...wanted].some((id) => document.getElementById(id) === null);
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
  const words = useWords().app;
  return (
    <dialog id={id} className={wide ? 'sheet sheet-wide' : 'sheet'} aria-labelledby={`${id}-title`} onClose={onClose}>
      <form method="dialog" className="sheet-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <div className="sheet-actions">
          {action}
          <button type="submit" className="button">
            <CloseIcon /> <span className="sr-only">{words.closeNamed(closeName)}</span>
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

export interface LazyDialogProps {
  id: string;
  /** Brings the component, which draws a {@link Dialog} of that id. */
  load: () => Promise<ComponentType>;
}

/** A dialog whose code comes when it is opened for the first time. */
export function LazyDialog({ id, load }: LazyDialogProps) {
  const isWanted = useSyncExternalStore(subscribeWanted, () => wanted.has(id));
  const [Content, setContent] = useState<ComponentType | null>(null);

  useEffect(() => {
    if (!isWanted || Content) return;
    let gone = false;
    load().then(
      (component) => gone || setContent(() => component),
      () => forget(id), // Offline, or a new version has come: the next click tries again.
    );
    return () => {
      gone = true;
    };
  }, [isWanted, Content, id, load]);

  useEffect(() => {
    if (Content) openDialog(id);
  }, [Content, id]);

  return Content && <Content />;
}

function subscribeWanted(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function forget(id: string): void {
  wanted = new Set([...wanted].filter((other) => other !== id));
  for (const listener of listeners) listener();
}
