import type { ErrorData } from '../protocol/errors';
import type { ImportProgress } from '../protocol/library';

/**
 * What is said about one model's import between its importer, engines that run the model meanwhile, and other tabs: over a BroadcastChannel
 * named by {@link importName}, as is the Web Lock that the importer holds. Everybody hears everybody but himself.
 */
export type ImportMessage =
  /** To the importer: make this one next. */
  | { type: 'want'; record: string }
  /** To the importer: stop, keep what is committed. */
  | { type: 'pause' }
  /** To the importer: say how it stands. */
  | { type: 'ask' }
  /** From the importer. Also the answer to a `want` of a record that was there already. */
  | { type: 'committed'; record: string }
  /** From the importer, at least one a second, at most ten. */
  | ({ type: 'progress' } & ImportState)
  /** From the importer, its last word. Nothing comes where its tab was closed: whoever waits must watch the lock as well. */
  | { type: 'ended'; status: ImportEnd['status']; error: ErrorData | null };

/** How a running import stands. */
export interface ImportState {
  progress: ImportProgress;
  committedBytes: number;
  /** The dense weights are committed. */
  runnable: boolean;
}

export type ImportEnd =
  | { status: 'complete' | 'paused'; error: null }
  /** Of `storage-full`, the data hold `neededBytes` (still to be stored) and `committedBytes`. */
  | { status: 'failed'; error: ErrorData };

/** Of the Web Lock that an importer holds while it runs, and of its channel. */
export const importName = (id: string): string => `mixtab/import/${id}`;

export interface ImportChannel {
  post(message: ImportMessage): void;
  close(): void;
}

/** Joins a model's channel; `onMessage` hears what others say. */
export function openImportChannel(id: string, onMessage: (message: ImportMessage) => void = () => {}): ImportChannel {
  const channel = new BroadcastChannel(importName(id));
  // Only this origin's own code can send here.
  channel.onmessage = ({ data }: MessageEvent<ImportMessage>) => onMessage(data);
  return {
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}
