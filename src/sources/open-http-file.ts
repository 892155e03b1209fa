import { MixtabError } from '../protocol/errors';
import { firstBytes, HEAD_BYTES } from './head';
import { type Answer, type Http, request } from './http';
import { Dropped, denied, labelOf, wrongStatus } from './http-errors';
import { HttpFile } from './http-file';
import { contentRange, versionOf } from './http-version';
import { memoryFile } from './memory-file';
import type { SourceFile } from './opened-source';
import type { RemoteFile } from './remote-file';
import { retrying } from './retry';

/** Makes a source of a file whose host serves it only as a whole, longer than is kept in memory. `answer` is at its start, and becomes its own. */
export type OpenWhole = (remote: RemoteFile, answer: Answer) => Promise<SourceFile>;

/**
 * Finds a file's size and version and whether its host serves ranges, which only an answer to one tells. Null when there is no such
 * file. Throws `source-denied`, `network-failed` or `aborted`.
 */
export async function openHttpFile(
  http: Http,
  name: string,
  address: string,
  openWhole: OpenWhole,
): Promise<SourceFile | null> {
  const label = labelOf(address);
  let answered = false;
  let wholes = 0;
  return await retrying(http, label, undefined, async () => {
    const answer = await request(http, address, { Range: `bytes=0-${HEAD_BYTES - 1}` }).catch((error: unknown) => {
      if (!(error instanceof Dropped) || error.details.status !== undefined) throw error;
      throw new Dropped(error.message, { ...error.details, answered });
    });
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
        const head = await firstBytes(answer);
        answer.end();
        const size = range?.size ?? (await sizeOf(http, address, head.length));
        return new HttpFile({ http, name, address, version: versionOf(size, headers) }, head.subarray(0, size));
      }
      if (status === 416) return memoryFile(name, versionOf(0, headers), new Uint8Array(0));
      if (status !== 200) throw wrongStatus(label, 'a file', status);
      const length = headers.get('content-length');
      if (length !== null && Number(length) > http.limits.smallBytes && headers.get('content-encoding') === null) {
        // Some networks of caches serve ranges only from the second time on.
        if (wholes++ === 0) throw new Dropped('the whole file where a part was asked for', { status });
        passedOn = true;
        return await openWhole({ http, name, address, version: versionOf(Number(length), headers) }, answer);
      }
      return await readWhole(name, answer, http.limits.smallBytes);
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

/** A file that is kept in memory. Its host may have sent it compressed, so its length is known at its end. */
async function readWhole(name: string, answer: Answer, mostBytes: number): Promise<SourceFile> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of answer.chunks()) {
    pieces.push(chunk);
    size += chunk.length;
    if (size > mostBytes) {
      throw new MixtabError(
        'network-failed',
        `${name}: expected a host that tells a file's size, got none`,
        'Download the file and choose it from disk.',
        { file: name },
      );
    }
  }
  const length = Number(answer.headers.get('content-length') ?? size);
  if (size < length) throw new Dropped(`${size} of ${length} bytes`, { status: answer.status });
  return memoryFile(name, versionOf(size, answer.headers), new Uint8Array(await new Blob(pieces).arrayBuffer()));
}
