import type { ModelStore } from './model-store';
import { storageError } from './store-errors';

/** A record on its way into the store, piece by piece; one after the other. */
export interface RecordDraft {
  /** Empties it. */
  begin(): Promise<void>;
  /** Rejects with `storage-full` or `storage-failed`. The piece may be used again afterwards. */
  write(piece: Uint8Array<ArrayBuffer>): void;
  /** What was written; to be stored before the draft begins anew. */
  end(): Promise<Blob>;
}

/** In the browser's memory: for one record at a time. */
export function memoryDraft(): RecordDraft {
  let pieces: Blob[] = [];
  return {
    begin: async () => {
      pieces = [];
    },
    write: (piece) => void pieces.push(new Blob([piece])),
    end: async () => new Blob(pieces),
  };
}

const FOLDER = 'mixtab-drafts';
const KEEPING = 'keeping a record until it is whole';

/** Of FileSystemSyncAccessHandle, which is in dedicated workers alone, what is used here. */
interface OpenFile {
  truncate(bytes: number): void;
  write(piece: Uint8Array<ArrayBuffer>, where: { at: number }): number;
  close(): void;
}

type DraftFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<OpenFile> };

/**
 * In a file of the origin private file system, which the database copies: a record of 100 MB takes no memory then, and no Blob is refused
 * as too long for it. Belongs to the model `id`; {@link clearDrafts} removes it. In dedicated workers only. Where the browser has no such
 * files, or its database keeps a reference in place of a copy (Chromium's private windows, where all is memory), it is in memory.
 */
export async function fileDraft(id: string, store: ModelStore): Promise<RecordDraft> {
  const file = await newFile(id).catch(() => null);
  if (file === null) return memoryDraft();
  const draft = draftIn(file);
  // Where it cannot even be tried, storage has trouble that the first commit tells.
  return (await isCopied(draft, store).catch(() => false)) ? draft : memoryDraft();
}

async function isCopied(draft: RecordDraft, store: ModelStore): Promise<boolean> {
  await draft.begin();
  draft.write(new Uint8Array([42]));
  const stored = await store.roundTrip(await draft.end());
  await draft.begin();
  draft.write(new Uint8Array([0]));
  await draft.end();
  const bytes = await stored?.arrayBuffer().catch(() => null);
  return bytes?.byteLength === 1 && new Uint8Array(bytes)[0] === 42;
}

function draftIn(file: DraftFile): RecordDraft {
  let handle: OpenFile | null = null;
  let bytes = 0;
  return {
    async begin() {
      try {
        handle ??= await file.createSyncAccessHandle();
        handle.truncate(0);
        bytes = 0;
      } catch (error) {
        throw storageError(KEEPING, error);
      }
    },
    write(piece) {
      if (handle === null) throw new Error('a draft was written to before it was begun');
      try {
        bytes += handle.write(piece, { at: bytes });
      } catch (error) {
        throw storageError(KEEPING, error);
      }
    },
    async end() {
      handle?.close();
      handle = null;
      return file.getFile();
    },
  };
}

/** Removes the drafts of a model, of which none may be in use. */
export async function clearDrafts(id: string): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    await (await root.getDirectoryHandle(FOLDER)).removeEntry(id, { recursive: true });
  } catch {
    // There are none, or this browser has no such files.
  }
}

async function newFile(id: string): Promise<DraftFile | null> {
  const root = await navigator.storage.getDirectory();
  const folder = await (await root.getDirectoryHandle(FOLDER, { create: true })).getDirectoryHandle(id, {
    create: true,
  });
  const file = await folder.getFileHandle(crypto.randomUUID(), { create: true });
  return 'createSyncAccessHandle' in file ? (file as DraftFile) : null;
}
