import type { MadeRecord } from '../checkpoint/made-record';
import { Mutex } from '../lib/mutex';
import { throttle } from '../lib/throttle';
import { recordKind, recordNames } from '../pack/layout';
import type { ErrorData } from '../protocol/errors';
import type { ModelEntry } from '../protocol/library';
import { type Catalogue, type CatalogueRow, onCatalogueChange } from '../store/catalogue';
import type { ImportJournal } from '../store/journal';
import { openModelStore } from '../store/model-store';
import { type ImportState, openImportChannel } from './channel';
import { lockedModels, whenReleased } from './locks';
import { needsOf } from './stored-source';

/** At most ten lists a second. */
const LIST_MS = 100;

/** The list of models as it stands in all tabs: from the catalogue, the models' databases, and what importers say. */
export class ModelList {
  readonly #catalogue: Catalogue;
  readonly #factory: IDBFactory;
  readonly #listeners = new Set<(models: ModelEntry[]) => void>();
  readonly #reading = new Mutex();
  /** Of the imports that run, here or elsewhere; null until the first word of one is heard. */
  readonly #running = new Map<string, ImportState | null>();
  readonly #publish = throttle(LIST_MS, () => this.#tell());
  readonly #reread = throttle(LIST_MS, () => void this.#readAgain());
  /** What could not be written down, as storage is full. */
  readonly #failures = new Map<string, ErrorData>();
  #entries: ModelEntry[] | null = null;

  constructor(catalogue: Catalogue, factory: IDBFactory) {
    this.#catalogue = catalogue;
    this.#factory = factory;
    onCatalogueChange(this.#reread);
  }

  /** As it is now. */
  async list(): Promise<ModelEntry[]> {
    await this.#read();
    return this.#current();
  }

  subscribe(listener: (models: ModelEntry[]) => void): void {
    this.#listeners.add(listener);
    this.#reread();
  }

  #current(): ModelEntry[] {
    return (this.#entries ?? []).map((entry) => {
      const state = this.#running.get(entry.id);
      if (state && entry.status === 'importing') return latest(entry, state);
      const error = this.#failures.get(entry.id);
      return error && entry.status === 'paused' ? { ...entry, status: 'failed', error } : entry;
    });
  }

  #tell(): void {
    if (this.#entries === null) return;
    for (const listener of this.#listeners) listener(this.#current());
  }

  async #readAgain(): Promise<void> {
    // A storage that does not answer shows at the next call of `list`.
    await this.#read().then(this.#publish, () => {});
  }

  #read(): Promise<void> {
    return this.#reading.run(async () => {
      const [rows, locked] = await Promise.all([this.#catalogue.rows(), lockedModels()]);
      const entries = await Promise.all(rows.map((row) => entryOf(row, locked.has(row.id), this.#factory)));
      this.#entries = entries.filter((entry) => entry !== null);
      for (const { id, status } of this.#entries) if (status === 'importing') this.#follow(id);
    });
  }

  /** How an import of this worker has ended: before its lock is free, so that no list is without it. */
  ended(id: string, { error }: { error: ErrorData | null }): void {
    if (error) this.#failures.set(id, error);
    else this.#failures.delete(id);
  }

  /** Hears an import of whichever tab until it ends, also where it ends without a word. */
  #follow(id: string): void {
    if (this.#running.has(id)) return;
    this.#running.set(id, null);
    this.#failures.delete(id);
    let released = false;
    const channel = openImportChannel(id, (message) => {
      if (message.type === 'ended') this.ended(id, message);
      if (message.type === 'ask' && released) unfollow();
      if (message.type !== 'progress') return;
      const { type: _, ...state } = message;
      this.#running.set(id, state);
      this.#publish();
    });
    const unfollow = (): void => {
      channel.close();
      this.#running.delete(id);
      this.#reread();
    };
    channel.post({ type: 'ask' });
    void whenReleased(id).then(() => {
      released = true;
      // The last words may still be on their way: an echo comes behind them.
      const echo = openImportChannel(id);
      echo.post({ type: 'ask' });
      echo.close();
    });
  }
}

/** Null for a row whose import was cut off before it wrote down what it was. */
async function entryOf(row: CatalogueRow, locked: boolean, factory: IDBFactory): Promise<ModelEntry | null> {
  const { complete, error, ...shown } = row;
  const whole: ModelEntry = {
    ...shown,
    committedBytes: row.packBytes,
    status: 'complete',
    error: null,
    runnable: true,
    progress: null,
    needs: 'nothing',
  };
  if (complete) return whole;
  const store = await openModelStore(row.id, factory);
  try {
    const journal = await store.journal();
    if (journal === null) return (await store.manifest()) ? whole : null;
    return {
      ...whole,
      ...committedOf(journal, await store.made()),
      status: locked ? 'importing' : error ? 'failed' : 'paused',
      error: locked ? null : error,
      needs: locked ? 'nothing' : await needsOf(journal.source, error),
    };
  } finally {
    store.close();
  }
}

/** What was read and what was heard of a running import; either may be the newer. */
function latest(entry: ModelEntry, { progress, ...heard }: ImportState): ModelEntry {
  const committedBytes = Math.max(entry.committedBytes, heard.committedBytes);
  const runnable = entry.runnable || heard.runnable;
  const phase = runnable && progress.phase === 'dense' ? 'experts' : progress.phase;
  const doneBytes = Math.max(progress.doneBytes, committedBytes);
  return { ...entry, committedBytes, runnable, progress: { ...progress, phase, doneBytes } };
}

/** What of an unfinished import is there. */
export function committedOf(
  { texts }: Pick<ImportJournal, 'texts'>,
  made: MadeRecord[],
): Pick<ModelEntry, 'committedBytes' | 'runnable'> {
  const there = new Set(made.map(({ entry }) => entry.name));
  const dense = recordNames(texts.config).filter((name) => recordKind(texts.config, name) !== 'expert');
  return {
    committedBytes: made.reduce((sum, { entry }) => sum + entry.bytes, 0),
    runnable: dense.every((name) => there.has(name)),
  };
}
