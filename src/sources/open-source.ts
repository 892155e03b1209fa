import { throwIfAborted } from '../lib/abort';
import type { FileSource, HubSource } from '../protocol/library';
import { filesFolder } from './files';
import { handleFolder } from './handles';
import { httpFolder } from './http-folder';
import { hubFolder } from './hub';
import { parseHubAddress } from './hub-address';
import { IdentityBook } from './identity';
import type { Heads, OpenedSource, OpenOptions, SourceFile, SourceFolder } from './opened-source';
import { whatIsThere } from './what-is-there';

/**
 * Finds the files of a source and what they are; reads no more than that takes. Works in windows, in workers and, for addresses, in
 * Node. Throws `model-not-found`, `source-denied`, `source-changed`, `network-failed`, `request-invalid`, `storage-full` or `aborted`, as
 * every read does.
 */
export async function openSource(source: FileSource, options: OpenOptions = {}): Promise<OpenedSource> {
  throwIfAborted(options.signal);
  const inner = await openFolder(source, options);
  try {
    const book = new IdentityBook(options.expected);
    const opened = new Map<string, Promise<SourceFile | null>>();
    const files = new Map<string, SourceFile>();
    const open = async (file: string): Promise<SourceFile | null> => {
      throwIfAborted(options.signal);
      const found = await inner.open(file);
      if (found !== null) {
        book.enter(file, found);
        files.set(file, found);
      }
      return found;
    };
    const folder = {
      name: inner.name,
      open(file: string): Promise<SourceFile | null> {
        const known = opened.get(file);
        if (known) return known;
        const opening = open(file);
        opened.set(file, opening);
        // What failed or is missing may be there at the next look.
        opening.then(
          (found) => found === null && opened.delete(file),
          () => opened.delete(file),
        );
        return opening;
      },
    };
    const found = await whatIsThere({ ...inner, open: folder.open });
    return {
      ...found,
      pinned: inner.pinned ?? source,
      label: inner.label,
      revision: inner.revision,
      folder,
      get spoolBytes() {
        return inner.spoolBytes();
      },
      identity: () => book.identity(),
      heads: () => headsOf(files),
      headersRead: () => {
        for (const file of files.values()) file.headersRead?.();
      },
      close: (keep = false) => inner.close(keep),
    };
  } catch (error) {
    await inner.close(false);
    throw error;
  }
}

function headsOf(files: Map<string, SourceFile>): Heads {
  const heads: Heads = {};
  for (const [path, { head }] of files) if (head !== undefined && head.length > 0) heads[path] = head;
  return heads;
}

async function openFolder(source: FileSource, options: OpenOptions): Promise<SourceFolder> {
  switch (source.kind) {
    case 'files':
      return filesFolder(source.files, source.file, options.signal);
    case 'handle':
      return await handleFolder(source.handle, source.file, options.signal);
    case 'url': {
      const hub = onHub(source.url);
      return hub ? await hubFolder(hub, options) : httpFolder(source.url, options);
    }
    case 'hub':
      return await hubFolder(source, options);
  }
}

/** An address of the Hub's pages leads to no model by itself. */
const onHub = (address: string): HubSource | null => (address.includes(':') ? parseHubAddress(address) : null);
