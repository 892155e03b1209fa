import { Mutex } from '../lib/mutex';
import type { ReusedBuffers } from '../lib/reused-buffers';
import { type Answer, request } from './http';
import { Dropped, labelOf } from './http-errors';
import type { SourceFile } from './opened-source';
import { checkWhole, type RemoteFile } from './remote-file';
import { retrying } from './retry';

/**
 * A file of a host without ranges, read front to back as a record of a pack is: out of one answer, without keeping anything. A read
 * further back, and a connection that broke, start a new answer, of which what was read already is passed over.
 */
export class ForwardFile implements SourceFile {
  readonly name: string;
  readonly size: number;
  readonly tag: string;
  readonly #turns = new Mutex();
  #stream: Stream | null;

  constructor(
    private readonly remote: RemoteFile,
    answer: Answer,
  ) {
    this.name = remote.name;
    this.size = remote.version.size;
    this.tag = remote.version.tag;
    this.#stream = new Stream(answer);
  }

  read(offset: number, length: number, signal?: AbortSignal, memory?: ReusedBuffers): Promise<Uint8Array<ArrayBuffer>> {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new RangeError(`${this.name}: ${length} bytes at ${offset}, but it has ${this.size}`);
    }
    return this.#turns.run(() => this.#read(offset, memory?.take(length) ?? new Uint8Array(length), signal));
  }

  async #read(
    offset: number,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { http, address } = this.remote;
    const { length } = bytes;
    let done = 0;
    try {
      await retrying(http, labelOf(address), signal, async (progress) => {
        try {
          const stream = await this.#streamAt(offset + done, signal);
          while (done < length) {
            const chunk = await stream.next(length - done);
            bytes.set(chunk, done);
            done += chunk.length;
            progress(chunk.length);
          }
        } catch (error) {
          this.#end();
          throw error;
        }
      });
    } finally {
      if (offset + done === this.size || signal?.aborted) this.#end();
    }
    return bytes;
  }

  async #streamAt(offset: number, signal: AbortSignal | undefined): Promise<Stream> {
    if (this.#stream !== null && this.#stream.position > offset) this.#end();
    if (this.#stream === null) {
      const answer = await request(this.remote.http, this.remote.address, {}, signal);
      this.#stream = new Stream(answer);
      checkWhole(this.remote, answer);
    }
    while (this.#stream.position < offset) await this.#stream.next(offset - this.#stream.position);
    return this.#stream;
  }

  #end(): void {
    this.#stream?.end();
    this.#stream = null;
  }
}

/** A body that is taken in portions. */
class Stream {
  position = 0;
  readonly #chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>;
  #rest = new Uint8Array(0);

  constructor(private readonly answer: Answer) {
    answer.leaveGate();
    this.#chunks = answer.chunks();
  }

  /** At least one byte and `most` at most. */
  async next(most: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) throw new Dropped(`the end after ${this.position} bytes`);
      this.#rest = value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  end(): void {
    this.answer.end();
  }
}
