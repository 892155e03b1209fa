import { firstBytes, HEAD_BYTES, wholeBody } from './body';
import { type Answer, type Http, request } from './http';
import { Dropped, denied, labelOf, wrongStatus } from './http-errors';
import { HttpFile } from './http-file';
import { contentRange, versionOf } from './http-version';
import { memoryFile } from './memory-file';
import type { FileIdentity, OpenOptions, SourceFile } from './opened-source';
import type { RemoteFile } from './remote-file';
import { retrying } from './retry';
import { sourceChanged } from './source-errors';
import { isRecord } from './whole-files';

/** Makes a source of a file whose host serves it only as a whole, longer than is kept in memory. `answer` is at its start, and becomes its own. */
export type OpenWhole = (remote: RemoteFile, answer: Answer) => Promise<SourceFile>;

export interface Wanted {
  name: string;
  address: string;
  /** Where an address leads to the same bytes for ever: their size and mark. ETags of the servers that deliver it do not count then. */
  known?: FileIdentity | undefined;
  /** Its beginning, from an earlier time when it was open: the first answer is for one byte then. */
  head?: Uint8Array<ArrayBuffer> | undefined;
}

/** Of an earlier time; without an identity to hold the file against it might be of another file. */
export const knownHead = ({ expected, heads }: OpenOptions, file: string): Uint8Array<ArrayBuffer> | undefined =>
  expected?.[file] && heads?.[file];

/**
 * Finds a file's size and version and whether its host serves ranges, which only an answer to one tells. Null when there is no such
 * file. Throws `source-denied`, `network-failed` or `aborted`.
 */
export async function openHttpFile(
  http: Http,
  { name, address, known, head }: Wanted,
  openWhole: OpenWhole,
): Promise<SourceFile | null> {
  const found = (size: number, headers: Headers): RemoteFile => {
    if (known === undefined) return { http, name, address, version: versionOf(size, headers) };
    if (known.size !== size) throw sourceChanged(name, `${known.size} bytes`, `${size}`);
    return { http, name, address, version: { ...known, etag: '', lastModified: '' } };
  };
  const label = labelOf(address);
  let answered = false;
  return await retrying(http, label, undefined, async () => {
    const answer = await request(http, address, { Range: `bytes=0-${head ? 0 : HEAD_BYTES - 1}` }).catch(
      (error: unknown) => {
        if (!(error instanceof Dropped) || error.details.status !== undefined) throw error;
        throw new Dropped(error.message, { ...error.details, answered });
      },
    );
    answered = true;
    let passedOn = false;
    try {
      const { status, headers } = answer;
      if (status === 404 || status === 410) return null;
      if (status === 401 || status === 403) throw denied(label, status, false, http.deniedHint);
      if (status === 206) {
        const range = contentRange(headers.get('content-range'));
        if (range !== null && range.from !== 0)
          throw new Dropped(`bytes from ${range.from} on, not from 0`, { status });
        const first = await firstBytes(answer);
        answer.end();
        const size = range?.size ?? (await sizeOf(http, address, first.length));
        return new HttpFile(found(size, headers), (head ?? first).subarray(0, size));
      }
      if (status === 416) {
        // No byte at 0: the file is empty, unless the host itself says otherwise.
        if (contentRange(headers.get('content-range'))?.size)
          throw new Dropped(`status ${status} for byte 0`, { status });
        return memoryFile(found(0, headers), new Uint8Array(0));
      }
      if (status !== 200) throw wrongStatus(label, 'a file', status);
      const length = headers.get('content-length');
      // Records of a pack are many, and read once: memory is not for them, however short.
      const long = Number(length) > http.limits.smallBytes || isRecord(name);
      if (length === null || !long || headers.get('content-encoding') !== null) {
        const bytes = await wholeBody(answer, label, http.limits.smallBytes);
        return memoryFile(found(bytes.length, headers), bytes);
      }
      // Some networks of caches serve ranges only from the second time on.
      if (!http.wholeOnly) {
        http.wholeOnly = true;
        throw new Dropped('the whole file where a part was asked for', { status });
      }
      passedOn = true;
      return await openWhole(found(Number(length), headers), answer);
    } finally {
      if (!passedOn) answer.end();
    }
  });
}

/** Where Content-Range is hidden across origins: the length of all that follows is in the open. */
async function sizeOf(http: Http, address: string, from: number): Promise<number> {
  const answer = await request(http, address, { Range: `bytes=${from}-` });
  answer.end();
  const rest = answer.status === 416 ? 0 : Number(answer.headers.get('content-length') ?? Number.NaN);
  if (Number.isFinite(rest)) return answer.status === 200 ? rest : from + rest;
  throw new Dropped('no word of its size', { status: answer.status });
}
