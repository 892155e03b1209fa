import type { ErrorData } from '../protocol/errors';
import type { ImportSource, ModelEntry } from '../protocol/library';
import type { StoredSource } from '../store/journal';

/** What of a source may be kept: no token, and no bytes of files (a File in IndexedDB would be a copy of it). */
export function storedSource(source: ImportSource): StoredSource {
  switch (source.kind) {
    case 'files':
      return { kind: 'files' };
    case 'handle':
      return { kind: 'handle', handle: source.handle, file: source.file };
    case 'url':
      return { kind: 'url', url: source.url };
    case 'pruned':
      return { kind: 'pruned', of: source.of, keep: source.keep, name: source.name };
    case 'hub': {
      const { token, ...rest } = source;
      return { ...rest, needsToken: token !== undefined && token !== '' };
    }
  }
}

/** The source as it can be opened again without the user, or null where it cannot. */
export function reopened(stored: StoredSource): ImportSource | null {
  if (stored.kind === 'files') return null;
  if (stored.kind !== 'hub') return stored;
  const { needsToken, ...rest } = stored;
  return needsToken ? null : rest;
}

/** A source given anew to go on: of one on the Hub it brings the token, and the rest is what the import began with. */
export function renewed(stored: StoredSource, given: ImportSource): ImportSource {
  if (stored.kind !== 'hub' || given.kind !== 'hub') return given;
  const { needsToken: _, ...rest } = stored;
  return { ...rest, token: given.token };
}

/** What going on takes of the user. */
export async function needsOf(stored: StoredSource, error: ErrorData | null): Promise<ModelEntry['needs']> {
  switch (stored.kind) {
    case 'files':
      return 'files';
    case 'handle':
      return (await mayRead(stored.handle)) ? 'nothing' : 'permission';
    case 'url':
    case 'pruned':
      return 'nothing';
    case 'hub':
      return stored.needsToken || error?.code === 'source-denied' ? 'token' : 'nothing';
  }
}

/** What TypeScript does not know yet of the File System Access API. */
type Permitted = FileSystemHandle & { queryPermission?: (how: { mode: 'read' }) => Promise<PermissionState> };

async function mayRead(handle: Permitted): Promise<boolean> {
  return ((await handle.queryPermission?.({ mode: 'read' })) ?? 'granted') === 'granted';
}
