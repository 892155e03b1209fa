import { abortedError, throwIfAborted } from '../lib/abort';
import type { ErrorData } from '../protocol/errors';
import type { Gate } from './gate';
import { Dropped, passes } from './http-errors';
import type { Limits, Timing } from './timing';

/** What all requests of one source share. */
export interface Http {
  /** Fires when the source is closed or its opening's signal fires. */
  signal: AbortSignal;
  gate: Gate;
  timing: Timing;
  limits: Limits;
  onNotice(notice: ErrorData): void;
  /** Headers for an address; secrets only for the origin that they belong to. */
  headersFor(url: URL): Record<string, string>;
  /** What to do about 401 and 403. */
  deniedHint?: string | undefined;
  /** A host of this source has answered with a whole file where a part was asked for: the next one that does is believed. */
  wholeOnly: boolean;
}

/** A host that says nothing for so long has gone. */
export const STALL_MS = 30_000;

/** Of one request: status and headers are there, the body comes. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Where redirects have led, or null. */
  redirectedTo: string | null;
  /**
   * The body; a chunk is valid until the next is asked for. Throws {@link Dropped} when the connection breaks or no byte comes for
   * {@link STALL_MS}.
   */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** No longer counts as a request in flight: for a body that is read for minutes, with pauses. */
  leaveGate(): void;
  /** Must be called when it is done with, whatever happened. */
  end(): void;
}

/** One GET. Throws {@link Dropped} for what may pass, `aborted` when `signal` or the source's own fires. */
export async function request(
  http: Http,
  address: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const own = new AbortController();
  const either = AbortSignal.any(signal ? [http.signal, signal] : [http.signal]);
  throwIfAborted(either);
  const leave = await http.gate.enter(either);
  const stop = (): void => own.abort();
  either.addEventListener('abort', stop, { once: true });
  const end = (): void => {
    either.removeEventListener('abort', stop);
    own.abort();
    leave();
  };
  const within = <T>(work: Promise<T>): Promise<T> => unlessStalled(http.timing, work, either);
  try {
    const url = new URL(address);
    const response = await within(
      fetch(url, {
        headers: { ...http.headersFor(url), ...headers },
        // Gigabytes do not belong into the HTTP cache, and a cached part of an older version would be worse.
        cache: 'no-store',
        credentials: 'same-origin',
        signal: own.signal,
      }),
    );
    const { status, body } = response;
    if (passes(status)) {
      throw new Dropped(`status ${status}`, { status, ...retryAfter(response.headers.get('retry-after')) });
    }
    return {
      status,
      headers: response.headers,
      redirectedTo: response.redirected ? response.url : null,
      chunks: () => chunksOf(body, within),
      leaveGate: leave,
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** Of a body at once: chunks of their own would be as much garbage as the body. */
const CHUNK_BYTES = 256 * 1024;

async function* chunksOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  within: <T>(work: Promise<T>) => Promise<T>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (body === null) return;
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  const read = readerOf(body);
  for (;;) {
    const { done, value } = await within(read(buffer));
    if (done || !value) return;
    yield value;
    buffer = value.buffer;
  }
}

type Read = (buffer: ArrayBuffer) => Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;

/** Reads into a buffer, where the browser's bodies are byte streams. */
function readerOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): Read {
  try {
    const reader = body.getReader({ mode: 'byob' });
    return (buffer) => reader.read(new Uint8Array(buffer)) as ReturnType<Read>;
  } catch {
    const reader = body.getReader();
    return () => reader.read();
  }
}

/** The work's result, unless the host says nothing for too long. Whatever fetch throws is a broken connection. */
async function unlessStalled<T>(timing: Timing, work: Promise<T>, signal: AbortSignal): Promise<T> {
  const settled = new AbortController();
  const stalled = timing.wait(STALL_MS, settled.signal).then(() => {
    throw new Dropped(`no byte for ${STALL_MS / 1000} seconds`);
  });
  try {
    return await Promise.race([work, stalled]);
  } catch (error) {
    if (signal.aborted) throw abortedError(signal);
    if (error instanceof Dropped) throw error;
    throw new Dropped('a broken connection', { cause: error });
  } finally {
    settled.abort();
  }
}

/** Seconds or a date. */
function retryAfter(value: string | null): { retryAfterMs?: number } {
  if (value === null) return {};
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {};
}
