import { onTestFinished } from 'vitest';

/** What a steered worker is told at its start, as JSON in its name. */
export interface Steering {
  channel: string;
  /** Storage bucket that its records go to; default: the origin's storage. */
  bucket: string | null;
}

export interface SteeringOrder {
  record: string;
  order: 'make' | 'die';
}

/** Real convert workers that make a record when the test says so, so that a test can look at any moment of an import. */
export class SteeredLanes {
  readonly #steering: Steering;
  readonly #channel: BroadcastChannel;
  readonly #asked: string[] = [];
  #wake = (): void => {};
  #letAll = false;

  constructor(bucket: string | null = null) {
    this.#steering = { channel: `steering-${crypto.randomUUID()}`, bucket };
    this.#channel = new BroadcastChannel(this.#steering.channel);
    this.#channel.onmessage = ({ data }: MessageEvent<{ asks: string }>) => {
      if (this.#letAll) return this.make(data.asks);
      this.#asked.push(data.asks);
      this.#wake();
    };
    onTestFinished(() => this.#channel.close());
  }

  readonly startWorker = (): Worker =>
    new Worker(new URL('../workers/steered-convert.worker.ts', import.meta.url), {
      type: 'module',
      name: JSON.stringify(this.#steering),
    });

  /** The next record that a worker would make, in the order in which they ask. */
  async asked(): Promise<string> {
    for (;;) {
      const record = this.#asked.shift();
      if (record !== undefined) return record;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  make(record: string): void {
    this.#order({ record, order: 'make' });
  }

  /** The worker that asked ends, as if it had crashed. */
  die(record: string): void {
    this.#order({ record, order: 'die' });
  }

  /** From here on nobody waits. */
  makeAll(): void {
    this.#letAll = true;
    for (const record of this.#asked.splice(0)) this.make(record);
  }

  #order(order: SteeringOrder): void {
    this.#channel.postMessage(order);
  }
}
