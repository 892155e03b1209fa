import type { LoadPhase, LoadProgress } from '../protocol/engine';

/** Share of the whole that each part of a load takes, roughly as long as it lasts: of a model that is fetched, and of one that is stored. */
const FETCHED = { download: 0.7, weights: 0.15, shaders: 0.15 };
const STORED = { download: 0, weights: 0.5, shaders: 0.5 };

/** Joins what the parts of a load report into one figure that never falls. */
export class LoadTracker {
  readonly #send: (progress: LoadProgress) => void;
  readonly #startedAt = performance.now();
  readonly #done = { download: 0, weights: 0, shaders: 0 };
  #phase: LoadPhase = 'manifest';
  #bytes = { loaded: 0, total: 0 };
  #highest = 0;
  /** Bytes that were there when the download began: they tell nothing of its speed. Null where nothing is fetched. */
  #had: number | null = null;

  constructor(send: (progress: LoadProgress) => void) {
    this.#send = send;
    this.#report();
  }

  download(loadedBytes: number, totalBytes: number): void {
    this.#had ??= loadedBytes;
    this.#phase = 'download';
    this.#bytes = { loaded: loadedBytes, total: totalBytes };
    this.#done.download = totalBytes > 0 ? loadedBytes / totalBytes : 1;
    this.#report();
  }

  shaders(share: number): void {
    this.#phase = 'shaders';
    this.#done.shaders = share;
    this.#report();
  }

  weights(loadedBytes: number, totalBytes: number): void {
    this.#phase = 'weights';
    this.#done.download = 1;
    this.#bytes = { loaded: loadedBytes, total: totalBytes };
    this.#done.weights = totalBytes > 0 ? loadedBytes / totalBytes : 1;
    this.#report();
  }

  ready(): void {
    this.#phase = 'ready';
    this.#highest = 1;
    this.#report();
  }

  #report(): void {
    const { download, weights, shaders } = this.#done;
    const shares = this.#had === null ? STORED : FETCHED;
    this.#highest = Math.max(
      this.#highest,
      shares.download * download + shares.weights * weights + shares.shaders * shaders,
    );
    const { loaded, total } = this.#bytes;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#phase === 'download' && seconds > 0 ? (loaded - (this.#had ?? 0)) / seconds : 0;
    this.#send({
      phase: this.#phase,
      progress: this.#highest,
      loadedBytes: loaded,
      totalBytes: total,
      bytesPerSecond: rate > 0 ? rate : null,
      secondsLeft: rate > 0 ? (total - loaded) / rate : null,
    });
  }
}
