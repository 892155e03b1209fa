import { importReport, manifestOf } from '../checkpoint/made-record';
import { throttle } from '../lib/throttle';
import { recordsBytes } from '../pack/footprint';
import { layoutOf, type PackLayout, recordKind, recordNames } from '../pack/layout';
import { validateManifest } from '../pack/manifest';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import type { ImportSource } from '../protocol/library';
import type { ImportJournal } from '../store/journal';
import type { ModelStore } from '../store/model-store';
import { clearDrafts } from '../store/record-draft';
import { storageFull } from '../store/store-errors';
import { type ImportChannel, type ImportEnd, type ImportMessage, type ImportState, openImportChannel } from './channel';
import { Lane, type StartWorker } from './lane';
import { lanesGone } from './locks';
import { ProgressMeter } from './progress-meter';
import { Schedule } from './schedule';

export interface ImportJob {
  id: string;
  source: ImportSource;
  journal: ImportJournal;
  layout: PackLayout;
  /** Stays the caller's. */
  store: ModelStore;
  lanes: number;
  startWorker: StartWorker;
}

const PROGRESS_MS = 100;
/** Told as often even when nothing moves: that is news too. */
const STANDSTILL_MS = 1000;
/** Of all lanes together. */
const REQUESTS_IN_FLIGHT = 8;

/**
 * Makes all records of a model that are not there yet, in several workers, and then its manifest. Whatever ends it, what was committed
 * stays. Memory: what each worker takes to convert, see src/import/convert-lane.ts; records gather on disk. The caller holds the model's
 * lock from before until after {@link run}, and the store has a journal.
 */
export class Importer {
  readonly #job: ImportJob;
  readonly #made = new Set<string>();
  /** Bytes of the records under way that are done. */
  readonly #underWay = new Map<string, number>();
  /** Records at which a worker died: once, that may happen. */
  readonly #deaths = new Set<string>();
  readonly #lanes = new Set<Lane>();
  readonly #meter = new ProgressMeter();
  readonly #tell = throttle(PROGRESS_MS, () => this.#tellNow());
  readonly #dense: string[];
  readonly #totalBytes: number;
  #schedule: Schedule | null = null;
  #channel: ImportChannel | null = null;
  #committedBytes = 0;
  #finishing = false;
  #failure: unknown = null;
  #stopped = false;

  constructor(job: ImportJob) {
    this.#job = job;
    const { config } = job.layout;
    this.#dense = recordNames(config).filter((name) => recordKind(config, name) !== 'expert');
    this.#totalBytes = recordsBytes(job.layout);
  }

  /** Runs until all is made, {@link pause} or a failure; never rejects. */
  async run(): Promise<ImportEnd> {
    const { id, source } = this.#job;
    this.#channel = openImportChannel(id, (message) => this.#hear(message));
    // Who removes the model that this one is pruned from asks whoever is at it to stop.
    const other =
      source.kind === 'pruned' ? openImportChannel(source.of, ({ type }) => type === 'pause' && this.pause()) : null;
    const standstill = setInterval(this.#tell, STANDSTILL_MS);
    try {
      await this.#makeAll();
      if (this.#failure !== null) return { status: 'failed', error: this.#whyFailed(this.#failure) };
      if (this.#stopped) return { status: 'paused', error: null };
      await this.#finish();
      return { status: 'complete', error: null };
    } catch (error) {
      return { status: 'failed', error: this.#whyFailed(error) };
    } finally {
      clearInterval(standstill);
      other?.close();
      this.#channel.close();
      this.#channel = null;
    }
  }

  /** Ends the run soon; what is under way is dropped. */
  pause(): void {
    this.#stopped = true;
    this.#schedule?.stop();
    for (const lane of this.#lanes) lane.end();
  }

  async #makeAll(): Promise<void> {
    const { id, layout, lanes } = this.#job;
    // A commit of a worker of an earlier run, that was ended in the middle of it, may still be under way.
    await lanesGone(id);
    await clearDrafts(id);
    await this.#countStored();
    const missing = recordNames(layout.config).filter((name) => !this.#made.has(name));
    const schedule = new Schedule(missing);
    this.#schedule = schedule;
    if (this.#stopped) return;
    this.#tell();
    await Promise.all(Array.from({ length: Math.min(lanes, missing.length) }, () => this.#work(schedule)));
    // No worker commits any more when this run says that it has ended; one that was ended may have done so at its last.
    await lanesGone(id);
    await clearDrafts(id);
    await this.#countStored();
  }

  async #countStored(): Promise<void> {
    this.#committedBytes = 0;
    for (const { entry } of await this.#job.store.made()) this.#count(entry.name);
  }

  /** One lane: makes records one after the other, in a worker that is started with the first and anew when it has died. */
  async #work(schedule: Schedule): Promise<void> {
    let lane: Lane | null = null;
    for (let record = await schedule.next(); record !== null; record = await schedule.next()) {
      try {
        if (this.#stopped) return;
        lane ??= await this.#startLane();
        await lane.make(record);
        this.#committed(record);
        schedule.done(record);
      } catch (error) {
        this.#underWay.delete(record);
        if (lane) this.#endLane(lane);
        lane = null;
        if (this.#stopped) return;
        if (!isDeath(error)) return this.#fail(error);
        if (this.#deaths.has(record)) return this.#fail(diedAgain(record, error));
        this.#deaths.add(record);
        schedule.again(record);
      }
    }
    if (lane) this.#endLane(lane);
  }

  /** One lane's error stops all. */
  #fail(error: unknown): void {
    this.#failure = error;
    this.pause();
  }

  async #startLane(): Promise<Lane> {
    const { id, source, journal, lanes, startWorker } = this.#job;
    const lane = new Lane(startWorker);
    this.#lanes.add(lane);
    try {
      const requestsInFlight = Math.max(1, Math.floor(REQUESTS_IN_FLIGHT / lanes));
      await lane.open({ id, source, journal, requestsInFlight }, (record, doneBytes) => {
        this.#underWay.set(record, doneBytes);
        this.#tell();
      });
      return lane;
    } catch (error) {
      this.#endLane(lane);
      throw error;
    }
  }

  #endLane(lane: Lane): void {
    lane.end();
    this.#lanes.delete(lane);
  }

  #committed(record: string): void {
    this.#underWay.delete(record);
    this.#count(record);
    this.#channel?.post({ type: 'committed', record });
    this.#tell();
  }

  #count(record: string): void {
    this.#made.add(record);
    this.#committedBytes += this.#bytesOf(record);
  }

  async #finish(): Promise<void> {
    const { journal, layout, store } = this.#job;
    this.#finishing = true;
    this.#tellNow();
    if (journal.manifest) return store.finish(journal.manifest, null);
    const made = await store.made();
    const manifest = validateManifest(await manifestOf(journal.texts, layout, made, journal.name));
    await store.finish(manifest, journal.source.kind === 'pruned' ? null : importReport(made, layout));
  }

  #hear(message: ImportMessage): void {
    if (message.type === 'pause') this.pause();
    if (message.type === 'ask') this.#tell();
    if (message.type !== 'want') return;
    if (this.#made.has(message.record)) this.#channel?.post({ type: 'committed', record: message.record });
    else this.#schedule?.want(message.record);
  }

  #tellNow(): void {
    this.#channel?.post({ type: 'progress', ...this.#state() });
  }

  #state(): ImportState {
    let doneBytes = this.#committedBytes;
    for (const bytes of this.#underWay.values()) doneBytes += bytes;
    const runnable = this.#dense.every((name) => this.#made.has(name));
    const phase = this.#finishing ? 'finishing' : runnable ? 'experts' : 'dense';
    const totalBytes = this.#totalBytes;
    return {
      progress: { phase, doneBytes, totalBytes, ...this.#meter.measure(doneBytes, totalBytes) },
      committedBytes: this.#committedBytes,
      runnable,
    };
  }

  #whyFailed(error: unknown): ErrorData {
    if (!(error instanceof MixtabError && error.code === 'storage-full')) return toErrorData(error);
    return toErrorData(storageFull(this.#totalBytes - this.#committedBytes, this.#committedBytes, error));
  }

  #bytesOf(record: string): number {
    return layoutOf(this.#job.layout, record).bytes;
  }
}

const isDeath = (error: unknown): error is MixtabError => error instanceof MixtabError && error.code === 'worker-died';

function diedAgain(record: string, error: MixtabError): MixtabError {
  return new MixtabError('worker-died', `record ${record}, for the second time: ${error.message}`, error.hint, {
    record,
  });
}
