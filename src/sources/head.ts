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
