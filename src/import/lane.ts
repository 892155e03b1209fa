import { proxy, type Remote, wrap } from 'comlink';
import type { MadeRecord } from '../checkpoint/made-record';
import { installErrorTransfer } from '../lib/comlink-errors';
import { WorkerLife } from '../lib/worker-life';
import { MixtabError } from '../protocol/errors';
import type { LaneApi, LaneJob } from './convert-lane';

export type StartWorker = () => Worker;

export const startConvertWorker: StartWorker = () =>
  new Worker(new URL('../../workers/convert.worker.ts', import.meta.url), { type: 'module', name: 'mixtab-convert' });

/** The importer's side of one convert worker. All calls reject with `worker-died` when it dies, with `aborted` once it was ended. */
export class Lane {
  readonly #life: WorkerLife;
  readonly #api: Remote<LaneApi>;

  constructor(start: StartWorker) {
    installErrorTransfer();
    const worker = start();
    this.#life = new WorkerLife(worker, 'convert worker', 'Resume the import: what was committed is kept.');
    this.#api = wrap<LaneApi>(worker);
  }

  open(job: LaneJob, onBytes: (record: string, doneBytes: number) => void): Promise<void> {
    return this.#life.guard(() => this.#api.open(job, proxy(onBytes)));
  }

  make(record: string): Promise<MadeRecord> {
    return this.#life.guard(() => this.#api.make(record));
  }

  end(): void {
    this.#life.end(new MixtabError('aborted', 'convert worker: expected to make records, got an end'));
  }
}
