import type { LoadProgress } from '../protocol/engine';
import type { ImportProgress } from '../protocol/library';
import type { InitProgressCallback } from './config';

/** Share of the whole that an import takes where there is one; about as long as it lasts beside a load from storage. */
const IMPORT_SHARE = 0.9;

const LATER =
  'It can take a while when we first visit this page to populate the cache. Later refreshes will become faster.';

/** Tells imports and loads as WebLLM does, in words that programs read, but as one way from 0 to 1. */
export class InitProgress {
  readonly #startedAt = performance.now();
  readonly #callback: InitProgressCallback;
  #progress = 0;
  /** Where the loading begins. */
  #imported = 0;

  constructor(callback: InitProgressCallback) {
    this.#callback = callback;
  }

  imports({ doneBytes, totalBytes }: ImportProgress): void {
    this.#imported = IMPORT_SHARE;
    this.#reach(totalBytes > 0 ? (IMPORT_SHARE * doneBytes) / totalBytes : 0);
    this.#say(fetched(doneBytes, totalBytes), LATER);
  }

  loads({ phase, progress, loadedBytes, totalBytes }: LoadProgress): void {
    if (phase === 'ready') return; // Whose device it is, is not known yet.
    this.#reach(this.#imported + (1 - this.#imported) * progress);
    if (phase === 'manifest') this.#tell('Start to fetch params');
    if (phase === 'download') this.#say(fetched(loadedBytes, totalBytes), LATER);
    if (phase === 'weights') {
      this.#say(`Loading model from cache${parts(loadedBytes, totalBytes)}: ${megabytes(loadedBytes)}MB loaded.`);
    }
    if (phase === 'shaders') this.#say(`Loading GPU shader modules[${this.#percent}/100]:`);
  }

  finish(adapter: string): void {
    this.#reach(1);
    this.#tell(`Finish loading on WebGPU - ${adapter}`);
  }

  #reach(progress: number): void {
    this.#progress = Math.min(1, Math.max(this.#progress, progress));
  }

  get #percent(): number {
    return Math.floor(this.#progress * 100);
  }

  get #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #say(what: string, more = ''): void {
    const state = `${this.#percent}% completed, ${Math.round(this.#seconds)} secs elapsed.`;
    this.#tell([what, state, more].filter(Boolean).join(' '));
  }

  #tell(text: string): void {
    this.#callback({ progress: this.#progress, timeElapsed: this.#seconds, text });
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

const fetched = (doneBytes: number, totalBytes: number): string =>
  `Fetching param cache${parts(doneBytes, totalBytes)}: ${megabytes(doneBytes)}MB fetched.`;

/** WebLLM counts its shards; here the parts are megabytes. */
const parts = (doneBytes: number, totalBytes: number): string => `[${megabytes(doneBytes)}/${megabytes(totalBytes)}]`;
