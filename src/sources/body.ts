import { MixtabError } from '../protocol/errors';
import type { Answer } from './http';
import { Dropped } from './http-errors';

/** Comes with the first answer: as much as a header's reader asks for first. */
export const HEAD_BYTES = 256 * 1024;

/** The first bytes of a body, as far as they come: what was cut off is asked for when it is read. */
export async function firstBytes(answer: Answer): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(HEAD_BYTES);
  let length = 0;
  try {
    for await (const chunk of answer.chunks()) {
      const taken = chunk.subarray(0, HEAD_BYTES - length);
      bytes.set(taken, length);
      length += taken.length;
      if (length === HEAD_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof Dropped)) throw error;
  }
  return bytes.slice(0, length);
}

/** A body for memory. Its host may have compressed it, so its length is known at its end. */
export async function wholeBody(answer: Answer, label: string, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of answer.chunks()) {
    chunks.push(chunk.slice());
    size += chunk.length;
    if (size > mostBytes) {
      throw new MixtabError(
        'network-failed',
        `${label}: expected a host that tells a file's size or serves ranges, got neither`,
        'Download the file and choose it from disk.',
        { source: label },
      );
    }
  }
  const length = Number(answer.headers.get('content-length') ?? size);
  if (size < length && answer.headers.get('content-encoding') === null) {
    throw new Dropped(`${size} of ${length} bytes`, { status: answer.status });
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
