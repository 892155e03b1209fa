import { sourceChanged } from './source-errors';

/** What a host says of a file at the first answer. */
export interface Version {
  size: number;
  /** The ETag, or else Last-Modified, or empty. */
  tag: string;
  etag: string;
  lastModified: string;
}

export function versionOf(size: number, headers: Headers): Version {
  const etag = headers.get('etag') ?? '';
  const lastModified = headers.get('last-modified') ?? '';
  return { size, tag: strong(etag) || lastModified, etag, lastModified };
}

/** Throws `source-changed` when an answer's marks differ from the first's. Marks that are not sent, or not shown across origins, say nothing. */
export function sameVersion(file: string, version: Version, headers: Headers): void {
  const now = versionOf(version.size, headers);
  if (now.etag !== '' && version.etag !== '') {
    if (strong(now.etag) !== strong(version.etag)) {
      throw sourceChanged(file, `version ${version.etag}`, now.etag);
    }
  } else if (now.lastModified !== '' && version.lastModified !== '' && now.lastModified !== version.lastModified) {
    throw sourceChanged(file, `the version of ${version.lastModified}`, now.lastModified);
  }
}

/** If-Range needs a strong mark, and across origins a preflight, which many hosts refuse; there the comparison alone must do. */
export function mayAskIfRange(address: string, { etag }: Version): boolean {
  if (!etag.startsWith('"')) return false;
  const here = (globalThis as { location?: { origin: string } }).location;
  return here === undefined || new URL(address).origin === here.origin;
}

/** `bytes 0-9/100`, `bytes 0-9/*`, `bytes *\/100`: `to` is one past the end. Null where it is missing, hidden across origins, or no such text. */
export function contentRange(value: string | null): { from: number; to: number; size: number | undefined } | null {
  const [, from, last, size] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(value?.trim() ?? '') ?? [];
  if (size === undefined) return null;
  return {
    from: Number(from ?? 0),
    to: from === undefined ? 0 : Number(last) + 1,
    size: size === '*' ? undefined : Number(size),
  };
}

/** nginx marks a compressed answer's ETag as weak. */
const strong = (etag: string): string => etag.replace(/^W\//, '');
