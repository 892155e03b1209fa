import { throwIfAborted, untilAborted } from '../lib/abort';
import type { ReusedBuffers } from '../lib/reused-buffers';
import { sha256Hex } from '../lib/sha256';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import { labelOf } from './http-errors';
import type { SourceFile } from './opened-source';
import { beginRead, type RemoteFile } from './remote-file';
import { clearSpools, lockOf, type SpoolFiles, spoolFiles, typed } from './spool-files';
import { writeSpool } from './spool-writer';

/** Between all who have a spool open, in whatever worker or tab. */
type Message = 'more' | { failed: ErrorData };

/**
 * A file of a host without ranges, kept on disk while it is open. Reads wait until their bytes have come. However many open it, in
 * workers or tabs, one of them writes: who holds the Web Lock of the host (one stream a host: browsers open six connections, and the
 * parts of a split file may be more). When the writer ends or dies, the lock passes to the next one that waits for bytes, which goes on.
 */
export class SpoolFile implements SourceFile {
  readonly name: string;
  readonly size: number;
  readonly tag: string;
  readonly #closed = new AbortController();
  #failure: MixtabError | null = null;
  #writing: Promise<void> | null = null;
  readonly #waiting = new Set<() => void>();

  private constructor(
    private readonly remote: RemoteFile,
    private readonly first: Uint8Array<ArrayBuffer>,
    private readonly key: string,
    private readonly files: SpoolFiles,
    private readonly segmentBytes: number,
    private readonly channel: BroadcastChannel,
    private readonly leave: () => Promise<void>,
  ) {
    this.name = remote.name;
    this.size = remote.version.size;
    this.tag = remote.version.tag;
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
  }

  /** `first`: bytes from the start, so that short headers cost no room. The spool begins with the first read beyond them. */
  static async open(remote: RemoteFile, first: Uint8Array<ArrayBuffer>): Promise<SpoolFile> {
    const { segmentBytes } = remote.http.limits;
    const key = await keyOf(remote, segmentBytes);
    // Without a mark, what an earlier visit has left may be of another version of the file.
    if (remote.version.tag === '') await clearSpools(key);
    const leave = await holdShared(lockOf(key), remote.http.signal);
    try {
      // Of visits that ended without closing, for other files.
      await clearSpools();
      const channel = new BroadcastChannel(`mixtab-spool/${key}`);
      return new SpoolFile(remote, first, key, await spoolFiles(key), segmentBytes, channel, leave);
    } catch (error) {
      await leave();
      throw error;
    }
  }

  async read(
    offset: number,
    length: number,
    signal?: AbortSignal,
    memory?: ReusedBuffers,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes, known } = beginRead(this, this.first, offset, length, memory);
    for (let at = known; at < length; ) {
      const index = Math.floor((offset + at) / this.segmentBytes);
      const from = offset + at - index * this.segmentBytes;
      const segment = await this.#segment(index, signal);
      const part = new Uint8Array(await typed(() => segment.slice(from, from + length - at).arrayBuffer()));
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Removes the file from the disk, if nobody else has it open; `keep`: leaves what is there for the next time. */
  async close(keep: boolean): Promise<void> {
    this.#closed.abort();
    await this.#writing;
    this.channel.close();
    await this.leave();
    if (!keep) await clearSpools(this.key);
  }

  async #segment(index: number, signal: AbortSignal | undefined): Promise<File> {
    const either = AbortSignal.any([this.#closed.signal, this.remote.http.signal, ...(signal ? [signal] : [])]);
    const start = index * this.segmentBytes;
    for (;;) {
      throwIfAborted(either);
      // Before the look: a segment that comes after it is heard of.
      let hear = (): void => {};
      const more = new Promise<void>((resolve) => {
        hear = resolve;
      });
      this.#waiting.add(hear);
      try {
        const file = await this.files.read(index, Math.min(this.segmentBytes, this.size - start));
        if (file !== null) return file;
        if (this.#failure !== null) throw this.#failure;
        this.#writing ??= this.#write();
        await untilAborted(more, either);
      } finally {
        this.#waiting.delete(hear);
      }
    }
  }

  /** Never rejects: who waits is told. */
  async #write(): Promise<void> {
    const signal = AbortSignal.any([this.#closed.signal, this.remote.http.signal]);
    const remote = { ...this.remote, http: { ...this.remote.http, signal } };
    const host = new URL(this.remote.address).origin;
    try {
      await navigator.locks.request(`mixtab-spool/from/${host}`, { signal }, () =>
        writeSpool(remote, this.files, this.segmentBytes, () => this.#say('more')),
      );
    } catch (error) {
      if (!signal.aborted) this.#say({ failed: toErrorData(error) });
    }
    this.#hear('more');
  }

  #say(message: Message): void {
    this.channel.postMessage(message);
    this.#hear(message);
  }

  #hear(message: Message): void {
    if (message !== 'more') this.#failure ??= MixtabError.from(message.failed);
    for (const hear of this.#waiting) hear();
  }
}

/** The same for links that differ in their signatures alone, where the file itself has a mark. */
async function keyOf({ address, version }: RemoteFile, segmentBytes: number): Promise<string> {
  const place = version.tag === '' ? address : labelOf(address);
  const text = `${place}\n${version.size}\n${version.tag}\n${segmentBytes}`;
  return (await sha256Hex(new TextEncoder().encode(text))).slice(0, 32);
}

/** Resolves when the lock is held, to the way of giving it back. */
async function holdShared(lock: string, signal: AbortSignal): Promise<() => Promise<void>> {
  let release = (): void => {};
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    held = navigator.locks
      .request(lock, { mode: 'shared', signal }, () => {
        resolve();
        return new Promise<void>((done) => {
          release = done;
        });
      })
      .catch(reject);
  });
  return () => {
    release();
    return held;
  };
}
