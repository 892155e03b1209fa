import { abortedError, throwIfAborted } from '../lib/abort';
import { type RecordEntry, recordPath } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';

/** Where a pack comes from. Nothing it delivers is trusted: manifests are validated and records hashed by who asks. */
export interface PackSource {
  /** For messages, e.g. the URL. */
  readonly description: string;
  /** The parsed manifest.json. Rejects with `model-not-found`, `manifest-invalid`, `network-failed` or `aborted`. */
  manifest(signal?: AbortSignal): Promise<unknown>;
  /** A record's bytes in chunks of any size, each valid until the next is asked for. Throws `network-failed` or `aborted`; leaving the loop ends the transfer. */
  record(record: RecordEntry, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A folder on a static host: `manifest.json` and one file a record. `url` ends with a slash. */
export function httpPackSource(url: string): PackSource {
  return {
    description: url,
    async manifest(signal) {
      const address = `${url}manifest.json`;
      // The browser's cache may be stale by any amount; asking the host costs one conditional request.
      const response = await request(address, signal, 'no-cache');
      if (response.status === 404) throw notFound(address);
      checkStatus(response, address);
      const text = await whileOnline(response.text(), address, signal);
      try {
        return JSON.parse(text);
      } catch (error) {
        throw notJson(address, text, error);
      }
    },
    async *record(record, signal) {
      const address = url + recordPath(record.name);
      const response = await request(address, signal, 'default');
      checkStatus(response, address);
      const reader = response.body?.getReader();
      try {
        while (reader) {
          const { done, value } = await whileOnline(reader.read(), address, signal);
          throwIfAborted(signal); // the last bytes may have come before the abort
          if (done) return;
          yield value;
        }
      } finally {
        // A transfer that has ended or failed has nothing to cancel.
        reader?.cancel().catch(() => {});
      }
    },
  };
}

function request(address: string, signal: AbortSignal | undefined, cache: RequestCache): Promise<Response> {
  return whileOnline(fetch(address, { cache, signal: signal ?? null }), address, signal);
}

/** Gives a failed transfer its type and address. */
async function whileOnline<T>(work: Promise<T>, address: string, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    const reason = error instanceof Error ? error.message : String(error);
    throw networkFailed(address, 'an answer', reason, error);
  }
}

function checkStatus(response: Response, address: string): void {
  if (!response.ok) throw networkFailed(address, 'HTTP 200', `HTTP ${response.status}`);
}

function networkFailed(address: string, expected: string, got: string, cause?: unknown): MixtabError {
  return new MixtabError(
    'network-failed',
    `fetching ${address}: expected ${expected}, got ${got}`,
    'Check the connection and that the address can be opened from this page (the host must allow other origins), then load again.',
    { url: address },
    cause,
  );
}

function notFound(address: string): MixtabError {
  return new MixtabError(
    'model-not-found',
    `fetching ${address}: expected a pack's manifest, got HTTP 404`,
    'Check the model’s address: it is the folder that `mixtab convert` wrote.',
    { url: address },
  );
}

function notJson(address: string, text: string, cause: unknown): MixtabError {
  const got = /^\s*</.test(text) ? 'an HTML page' : JSON.stringify(text.slice(0, 40));
  return new MixtabError(
    'manifest-invalid',
    `fetching ${address}: expected JSON, got ${got}`,
    'Hosts often answer a wrong address with their start page: check the model’s address.',
    { url: address },
    cause,
  );
}
