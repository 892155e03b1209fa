import { MixtabError } from '../protocol/errors';
import { type Answer, type Http, request } from './http';
import { Dropped, denied, labelOf } from './http-errors';
import { HttpFile } from './http-file';
import { contentRange, type Version, versionOf } from './http-version';
import { memoryFile, SMALL_BYTES } from './memory-file';
import type { SourceFile } from './opened-source';
import { retrying } from './retry';

/** Comes with the first answer: as much as a header's reader asks for first. */
const HEAD_BYTES = 256 * 1024;

/** Makes a source of a file whose host serves it only as a whole, longer than is kept in memory. `answer` is at its start. */
export type OpenWhole = (
  http: Http,
  name: string,
  address: string,
  version: Version,
  answer: Answer,
) => Promise<SourceFile>;

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
        const head = await someBytes(answer);
        const size = contentRange(headers.get('content-range'))?.size ?? (await sizeOf(http, address, head.length));
        return new HttpFile(http, name, address, versionOf(size, headers), head.subarray(0, size));
      }
      if (status === 416) return memoryFile(name, versionOf(0, headers), new Uint8Array(0));
      if (status !== 200) {
        throw new MixtabError(
          'network-failed',
          `${label}: expected a file, got status ${status}`,
          'Check the address.',
          { source: label, status },
        );
      }
      const length = headers.get('content-length');
      if (length !== null && Number(length) > SMALL_BYTES && headers.get('content-encoding') === null) {
        passedOn = true;
        return await openWhole(http, name, address, versionOf(Number(length), headers), answer);
      }
      return await readWhole(name, answer);
    } finally {
      if (!passedOn) answer.end();
    }
  });
}

/** The body as far as it comes: what was cut off is asked for when it is read. */
async function someBytes(answer: Answer): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(HEAD_BYTES);
  let length = 0;
  try {
    for await (const chunk of answer.chunks()) {
      const taken = chunk.subarray(0, HEAD_BYTES - length);
      bytes.set(taken, length);
      length += taken.length;
    }
  } catch (error) {
    if (!(error instanceof Dropped)) throw error;
  }
  return bytes.slice(0, length);
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
async function readWhole(name: string, answer: Answer): Promise<SourceFile> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of answer.chunks()) {
    pieces.push(chunk);
    size += chunk.length;
    if (size > SMALL_BYTES) {
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
