import { MixtabError } from '../protocol/errors';
import { labelOf } from './http-errors';
import { openHttp } from './open-http';
import { knownHead, openHttpFile } from './open-http-file';
import type { OpenOptions, SourceFolder } from './opened-source';
import { wholeFiles } from './whole-files';

/** Names that say that an address leads to a file of a folder, not to the folder. */
const FOLDER_FILES = /^(manifest\.json|config\.json|model\.safetensors\.index\.json|.*\.safetensors)$/;

/** What an address leads to: a .gguf file with its siblings, or the folder of a pack or of a Hugging Face checkpoint. */
export function httpFolder(address: string, options: OpenOptions): SourceFolder {
  const url = parse(address);
  const segments = url.pathname.split('/');
  const last = decoded(segments.at(-1) ?? '');
  const isFolder = last === '' || FOLDER_FILES.test(last);
  // `a/model` can be a folder or a file: looked at as a folder first.
  const parent = isFolder || last.endsWith('.gguf') ? segments.slice(0, -1) : segments;
  const label = labelOf(url.href);
  const { http, close } = openHttp(options, {});
  const whole = wholeFiles();
  let denied: MixtabError | null = null;
  const addressOf = (file: string): string => {
    if (!isFolder && file === last) return url.href;
    const below = new URL(url);
    below.pathname = [...parent, ...file.split('/').map(encodeURIComponent)].join('/');
    return below.href;
  };
  return {
    name: isFolder ? decoded(parent.at(-1) || url.host) : last,
    label,
    revision: '',
    files: null,
    named: isFolder ? null : last,
    async open(file) {
      try {
        return await openHttpFile(
          http,
          { name: file, address: addressOf(file), head: knownHead(options, file) },
          whole.open,
        );
      } catch (error) {
        // Object stores that do not list their files answer 403 for one that is not there. Of a signed address it means what it says.
        if (!isDenied(error) || error.data.status !== 403 || url.search !== '' || addressOf(file) === url.href)
          throw error;
        denied = error;
        return null;
      }
    },
    denied: () => denied,
    spoolBytes: whole.spoolBytes,
    close: (keep) => {
      close();
      return whole.close(keep);
    },
  };
}

const isDenied = (error: unknown): error is MixtabError =>
  error instanceof MixtabError && error.code === 'source-denied';

/** A path's part as text; as it stands where it is no proper encoding. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parse(address: string): URL {
  const here = (globalThis as { location?: { href: string } }).location?.href;
  const url = URL.canParse(address, here) ? new URL(address, here) : null;
  const problem =
    url === null || !/^https?:$/.test(url.protocol)
      ? 'an address that begins with https://'
      : url.username || url.password
        ? 'an address without user and password'
        : null;
  if (url !== null && problem === null) {
    url.hash = '';
    return url;
  }
  throw new MixtabError(
    'request-invalid',
    `address: expected ${problem}, got ${url === null ? 'something else' : labelOf(url.href)}`,
    'Give the whole address of a .gguf file or of a folder.',
  );
}
