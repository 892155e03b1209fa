import type { ReusedBuffers } from '../lib/reused-buffers';
import { type Answer, request } from './http';
import { Dropped, labelOf } from './http-errors';
import { contentRange, mayAskIfRange } from './http-version';
import type { SourceFile } from './opened-source';
import { beginRead, checkStatus, checkWhole, type RemoteFile } from './remote-file';
import { retrying } from './retry';
import { sourceChanged } from './source-errors';
import { isRecord } from './whole-files';

/** Longer reads are cut into parts of this size, which are fetched side by side. */
const PART_BYTES = 8 * 1024 * 1024;

/** Headers have 12 MB at most; what is read on from them by chance has an end too. */
const MAX_HEAD_BYTES = 32 * 1024 * 1024;

/** One file of a host that serves ranges. */
export class HttpFile implements SourceFile {
  readonly name: string;
  readonly size: number;
  readonly tag: string;
  /** Where redirects led: signed, for a while only. Saves the way over the first host at every read. */
  #direct: string | null = null;

  #head: Uint8Array<ArrayBuffer>;
  #grows: boolean;

  /** `head`: the first bytes, as they came with the first answer. It grows with every read that goes on from it. */
  constructor(
    private readonly remote: RemoteFile,
    head: Uint8Array<ArrayBuffer>,
  ) {
    this.name = remote.name;
    this.size = remote.version.size;
    this.tag = remote.version.tag;
    this.#head = head;
    this.#grows = !isRecord(this.name);
  }

  get head(): Uint8Array<ArrayBuffer> {
    return this.#head;
  }

  headersRead(): void {
    this.#grows = false;
  }

  async read(
    offset: number,
    length: number,
    signal?: AbortSignal,
    memory?: ReusedBuffers,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes, known } = beginRead(this, this.#head, offset, length, memory);
    await this.#fill(bytes, known, offset, signal);
    this.#keep(bytes, offset);
    return bytes;
  }

  #keep(bytes: Uint8Array<ArrayBuffer>, offset: number): void {
    const end = offset + bytes.length;
    if (offset > this.#head.length || end <= this.#head.length) return;
    if (this.#grows && end <= MAX_HEAD_BYTES) {
      const longer = new Uint8Array(end);
      longer.set(this.#head);
      longer.set(bytes, offset);
      this.#head = longer;
    } else if (isRecord(this.name)) {
      // Read once, front to back.
      this.#head = new Uint8Array(0);
    }
  }

  /** Fills `bytes`, which begin at `offset` of the file, from `done` on. */
  async #fill(
    bytes: Uint8Array<ArrayBuffer>,
    done: number,
    offset: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { length } = bytes;
    // One part that fails ends the others.
    const failed = new AbortController();
    const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
    const parts: Promise<void>[] = [];
    for (let at = done; at < length; at += PART_BYTES) {
      const part = bytes.subarray(at, Math.min(at + PART_BYTES, length));
      parts.push(this.#fetch(part, offset + at, either));
    }
    try {
      await Promise.all(parts);
    } catch (error) {
      failed.abort();
      throw error;
    }
  }

  /** Fills `part` with the bytes at `offset`. What has come stays when the connection breaks; only the rest is asked for again. */
  async #fetch(part: Uint8Array<ArrayBuffer>, offset: number, signal: AbortSignal): Promise<void> {
    let done = 0;
    await retrying(this.remote.http, labelOf(this.remote.address), signal, async (progress) => {
      while (done < part.length) {
        const answer = await this.#ask(offset + done, offset + part.length, signal);
        const before = done;
        try {
          for await (const chunk of answer.chunks()) {
            const taken = chunk.subarray(0, part.length - done);
            part.set(taken, done);
            done += taken.length;
            progress(taken.length);
            if (done === part.length) break;
          }
        } finally {
          answer.end();
        }
        if (done === before) throw new Dropped('an empty answer');
      }
    });
  }

  /** An answer that begins at `from` and is of this version of the file. */
  async #ask(from: number, to: number, signal: AbortSignal): Promise<Answer> {
    const { http, version } = this.remote;
    const address = this.#direct ?? this.remote.address;
    const ifRange = mayAskIfRange(address, version) ? { 'If-Range': version.etag } : {};
    const answer = await request(http, address, { Range: `bytes=${from}-${to - 1}`, ...ifRange }, signal).catch(
      (error: unknown) => {
        this.#direct = null;
        throw error;
      },
    );
    try {
      if (this.#direct !== null && answer.status >= 400) {
        // The signature's time is over: the first host gives a new one.
        this.#direct = null;
        answer.end();
        return await this.#ask(from, to, signal);
      }
      this.#check(answer, from, to);
      if (answer.redirectedTo !== null) this.#direct = answer.redirectedTo;
      return answer;
    } catch (error) {
      answer.end();
      throw error;
    }
  }

  #check({ status, headers }: Answer, from: number, to: number): void {
    const range = contentRange(headers.get('content-range'));
    if (range?.size !== undefined && range.size !== this.size) {
      throw sourceChanged(this.name, `${this.size} bytes`, `${range.size}`);
    }
    if (status === 200) {
      checkWhole(this.remote, { status, headers });
      throw new Dropped('the whole file where a part was asked for', { status });
    }
    if (status === 416) throw new Dropped(`status ${status} for bytes of the file`, { status });
    checkStatus(this.remote, { status, headers }, 206);
    if (range !== null && (range.from !== from || range.to > to)) {
      throw new Dropped(`bytes ${range.from} to ${range.to} where ${from} to ${to} were asked for`, { status });
    }
  }
}
