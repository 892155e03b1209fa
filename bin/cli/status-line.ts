import type { WriteStream } from 'node:tty';
import type { LoadProgress } from '../../src/protocol/engine';
import type { ImportProgress } from '../../src/protocol/library';

/** Progress on stderr: one line that is written over where stderr is a terminal, nothing where it is not. Notes stay. */
export class StatusLine {
  readonly #stream: WriteStream;
  #shown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  readonly log = (line: string): void => this.#show(line);

  readonly progress = ({ phase, progress, loadedBytes, totalBytes, secondsLeft }: LoadProgress): void => {
    const bytes = totalBytes > 0 ? ` ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB` : '';
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    this.#show(`${phase} ${Math.round(progress * 100)}%${bytes}${left}`);
  };

  readonly importing = ({ doneBytes, totalBytes, bytesPerSecond, secondsLeft }: ImportProgress): void => {
    const rate = bytesPerSecond === null ? '' : `, ${megabytes(bytesPerSecond)} MB/s`;
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    this.#show(`importing ${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB${rate}${left}`);
  };

  readonly note = (line: string): void => {
    this.clear();
    this.#stream.write(`${line}\n`);
  };

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
    this.#shown = false;
  }

  #show(line: string): void {
    if (!this.#stream.isTTY) return;
    this.#stream.write(`\r\u001b[K${line.slice(0, this.#stream.columns - 1)}`);
    this.#shown = true;
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
