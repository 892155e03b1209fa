import { throwIfAborted, untilAborted } from '../lib/abort';
import { sameJson } from '../lib/json';
import { layoutOf, type PackLayout, packLayout } from '../pack/layout';
import { PIECE_BYTES, type RecordEntry } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { ImportJournal } from '../store/journal';
import type { ModelStore } from '../store/model-store';
import type { RecordIndex } from '../store/reader';
import { type ImportChannel, type ImportMessage, openImportChannel } from './channel';
import { lockedModels, whenReleased } from './locks';

/**
 * The records of a model whose import is not finished: those that are there, and those that come. One that is asked for too early is
 * wanted from the importer, in whichever tab it runs, and waited for. Goes on past the end of the import, and past a pause of it.
 */
export class Arrivals implements RecordIndex {
  readonly pieceBytes: number;
  readonly #id: string;
  readonly #store: ModelStore;
  readonly #journal: ImportJournal;
  readonly #layout: PackLayout;
  readonly #channel: ImportChannel;
  readonly #life = new AbortController();
  readonly #entries = new Map<string, RecordEntry>();
  /** One wait a record, however many ask for it. */
  readonly #waits = new Map<string, Promise<RecordEntry>>();
  readonly #listeners = new Set<(message: ImportMessage) => void>();

  private constructor(id: string, store: ModelStore, journal: ImportJournal) {
    this.#id = id;
    this.#store = store;
    this.#journal = journal;
    this.#layout = packLayout(journal.texts.config, journal.formats);
    this.pieceBytes = journal.manifest?.pieceBytes ?? PIECE_BYTES;
    this.#channel = openImportChannel(id, (message) => {
      for (const listen of this.#listeners) listen(message);
    });
  }

  /** `store` stays the caller's. Reads what is committed. */
  static async open(id: string, store: ModelStore, journal: ImportJournal): Promise<Arrivals> {
    const arrivals = new Arrivals(id, store, journal);
    try {
      await arrivals.#look();
      return arrivals;
    } catch (error) {
      arrivals.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Rejects with `import-incomplete` when no importer runs, or it ends without the record; the same record can be asked for again. */
  async entry(name: string, signal?: AbortSignal): Promise<RecordEntry> {
    throwIfAborted(signal);
    const known = this.#entries.get(name);
    if (known) return known;
    const wait = this.#waits.get(name) ?? this.#arrival(name).finally(() => this.#waits.delete(name));
    this.#waits.set(name, wait);
    return untilAborted(wait, signal);
  }

  /** Those who wait are given up with `aborted`. */
  close(): void {
    this.#life.abort();
    this.#channel.close();
  }

  async #arrival(name: string): Promise<RecordEntry> {
    const news = this.#newsOf(name);
    try {
      for (;;) {
        // Asked before the look: what an importer that is gone has committed is seen then.
        const importing = (await lockedModels()).has(this.#id);
        await this.#look();
        throwIfAborted(this.#life.signal);
        const entry = this.#entries.get(name);
        if (entry) return entry;
        if (!importing) throw incomplete(this.#id, name);
        this.#channel.post({ type: 'want', record: name });
        await untilAborted(news.next(), this.#life.signal);
      }
    } finally {
      news.stop();
    }
  }

  /** What makes it worth while to look, and to ask, again. */
  #newsOf(name: string): { next(): Promise<void>; stop(): void } {
    const stopped = new AbortController();
    let heard = false;
    let isAtWork = false;
    let wake = (): void => {};
    const listen = (message: ImportMessage): void => {
      if (message.type === 'committed' ? message.record === name : message.type === 'progress' && !isAtWork) {
        // An importer that was only beginning may have missed what was wanted before its first word.
        isAtWork = true;
        heard = true;
        wake();
      }
    };
    this.#listeners.add(listen);
    return {
      next: async () => {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        // Not by the importer's last word, which does not come from a tab that was closed, nor while another takes over.
        const released = whenReleased(this.#id, stopped.signal).then(() => {
          isAtWork = false;
        });
        if (!heard) await Promise.race([woken, released]);
        heard = false;
      },
      stop: () => {
        this.#listeners.delete(listen);
        stopped.abort();
      },
    };
  }

  /** Takes up what is committed by now. */
  async #look(): Promise<void> {
    // In this order: between the two the journal may give way to the manifest.
    const [journal, made] = [await this.#store.journal(), await this.#store.made()];
    const manifest = await this.#store.manifest();
    const { config } = this.#layout;
    const same = manifest
      ? sameJson(manifest.config, config) && sameJson(manifest.formats, this.#journal.formats)
      : journal &&
        sameJson(journal.identity, this.#journal.identity) &&
        sameJson(journal.formats, this.#journal.formats);
    if (!same) throw replaced(this.#id);
    for (const entry of manifest?.records ?? made.map((record) => record.entry)) this.#take(entry);
  }

  #take(entry: RecordEntry): void {
    if (entry.bytes !== layoutOf(this.#layout, entry.name).bytes) throw replaced(this.#id);
    this.#entries.set(entry.name, entry);
  }
}

function incomplete(id: string, record: string): MixtabError {
  return new MixtabError(
    'import-incomplete',
    `record ${record}: expected the import of ${id} to bring it, got one that does not run`,
    'Resume the import in the model list, then ask again: what is there stays.',
    { id, record },
  );
}

function replaced(id: string): MixtabError {
  return new MixtabError(
    'source-changed',
    `model ${id}: expected the one that was loaded, got another one or none in its place`,
    'Load the model again, or import it again if it is not in the model list.',
    { id },
  );
}
