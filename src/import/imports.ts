import { sameJson } from '../lib/json';
import { recordsBytes } from '../pack/footprint';
import { formatsName } from '../pack/formats';
import type { Manifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { ImportOptions, ImportSource, PrunedFrom } from '../protocol/library';
import type { Catalogue, CatalogueRow } from '../store/catalogue';
import type { ImportJournal } from '../store/journal';
import { type ModelStore, openModelStore } from '../store/model-store';
import { type ImportEnd, openImportChannel } from './channel';
import { modelNotFound, openExistingStore } from './existing-model';
import { type ImportPlan, planImport } from './import-plan';
import { Importer } from './importer';
import { checkUnchanged, KnownModels } from './known-models';
import { type StartWorker, startConvertWorker } from './lane';
import { type ModelLock, modelLock, takeModelLock, withIds } from './locks';
import { renewed, reopened } from './stored-source';

export interface ImportsOptions {
  catalogue: Catalogue;
  factory: IDBFactory;
  /** Convert workers at once. Default: the machine's cores, at most 4. */
  lanes?: number | undefined;
  startWorker?: StartWorker | undefined;
  /** Told how a run ended, before its lock is free. */
  onEnd?: ((id: string, end: ImportEnd) => void) | undefined;
}

/** What is written down before a run. */
interface Begun {
  row: CatalogueRow;
  journal: ImportJournal;
}

/** The imports that this worker runs: beginning, going on, stopping, and writing down how they ended. */
export class Imports {
  readonly #catalogue: Catalogue;
  readonly #factory: IDBFactory;
  readonly #lanes: number;
  readonly #startWorker: StartWorker;
  readonly #onEnd: (id: string, end: ImportEnd) => void;
  readonly known: KnownModels;

  constructor({ catalogue, factory, lanes, startWorker, onEnd = () => {} }: ImportsOptions) {
    this.#catalogue = catalogue;
    this.#factory = factory;
    this.#lanes = lanes ?? Math.max(1, Math.min(4, navigator.hardwareConcurrency));
    this.#startWorker = startWorker ?? startConvertWorker;
    this.#onEnd = onEnd;
    this.known = new KnownModels(factory);
  }

  async import(source: ImportSource, options: ImportOptions): Promise<string> {
    const begun = options.id === undefined ? null : await this.#begunUnder(options.id);
    const plan = await planImport(source, options, begun, this.#factory);
    return this.#owning(plan, () =>
      withIds(async () => {
        const id = await this.known.idFor(plan, options.id);
        return { id, under: await this.#begin(id, plan) };
      }),
    );
  }

  async resume(id: string, source?: ImportSource): Promise<void> {
    const { journal, manifest } = await this.#stored(id);
    if (journal === null && manifest) return;
    if (journal === null) throw modelNotFound(id);
    const opening = source ? renewed(journal.source, source) : reopened(journal.source);
    if (opening === null) throw needsUser(id, journal.source.kind);
    const plan = await planImport(opening, { format: journal.wish }, journal, this.#factory);
    await this.#owning(plan, async () => ({ id, under: await this.#begin(id, plan) }));
  }

  async #stored(id: string): Promise<{ journal: ImportJournal | null; manifest: Manifest | null }> {
    const store = await openExistingStore(id, this.#factory);
    try {
      return { journal: await store.journal(), manifest: await store.manifest() };
    } finally {
      store.close();
    }
  }

  /** The journal of an unfinished import of that name, if there is one. */
  async #begunUnder(id: string): Promise<ImportJournal | null> {
    try {
      return (await this.#stored(id)).journal;
    } catch (error) {
      if (error instanceof MixtabError && error.code === 'model-not-found') return null;
      throw error;
    }
  }

  /** The model's lock, once an import that ran has stopped, in whichever tab it was. */
  async stop(id: string): Promise<ModelLock> {
    const channel = openImportChannel(id);
    try {
      channel.post({ type: 'pause' });
      return await modelLock(id);
    } finally {
      channel.close();
    }
  }

  /** Closes a plan's source where no import came of it. */
  async #owning(plan: ImportPlan, begin: () => Promise<{ id: string; under: boolean }>): Promise<string> {
    let under = false;
    try {
      const begun = await begin();
      under = begun.under;
      return begun.id;
    } finally {
      if (!under) await plan.opened.close(true);
    }
  }

  /** Starts an import or goes on with it; false when the model is complete already. */
  async #begin(id: string, plan: ImportPlan): Promise<boolean> {
    const lock = await takeLocks(id, plan.source);
    const store = await openModelStore(id, this.#factory).catch((error: unknown) => {
      lock.release();
      throw error;
    });
    const release = (): void => {
      store.close();
      lock.release();
    };
    try {
      const begun = await this.#writeDown(id, plan, store);
      if (begun === null) {
        release();
        return false;
      }
      void this.#run(begun, plan, store, release);
      return true;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Brings catalogue and journal to where a run can start; null when the model is complete. */
  async #writeDown(id: string, plan: ImportPlan, store: ModelStore): Promise<Begun | null> {
    const [before, origin, manifest] = [await store.journal(), await store.origin(), await store.manifest()];
    if (before === null && manifest) {
      if (!origin) throw taken(id);
      checkUnchanged(origin.identity, plan.journal.identity);
      if (!sameJson(manifest.formats, plan.journal.formats)) throw taken(id);
      return null;
    }
    const journal = await this.#journalFor(id, before, plan, store);
    const known = await this.#catalogue.row(id);
    const now = Date.now();
    const row: CatalogueRow = {
      id,
      name: plan.journal.name,
      sourceKind: plan.source.kind,
      sourceLabel: plan.opened.label,
      formats: formatsName(plan.journal.formats),
      pruned: prunedFrom(plan.journal),
      packBytes: recordsBytes(plan.layout),
      addedAt: known?.addedAt ?? now,
      usedAt: known?.usedAt ?? now,
      complete: false,
      error: null,
    };
    // The row first: whatever has a database is in the list.
    await this.#catalogue.put(row);
    await (journal === plan.journal ? store.begin(journal) : store.renew(journal));
    return { row, journal };
  }

  /** The plan's own where nothing is made yet; else one that goes on with what is there. */
  async #journalFor(
    id: string,
    before: ImportJournal | null,
    { journal }: ImportPlan,
    store: ModelStore,
  ): Promise<ImportJournal> {
    // A pack's records are told by their hashes: those of a newer revision that are the same are kept, the others come anew.
    if (before === null || journal.manifest || (await store.made()).length === 0) return journal;
    checkUnchanged(before.identity, journal.identity);
    if (!sameJson(before.formats, journal.formats)) throw taken(id);
    // The source may be another way to the same files: a handle where they were chosen before, a new link, a token.
    return { ...journal, identity: before.identity };
  }

  async #run({ row, journal }: Begun, plan: ImportPlan, store: ModelStore, release: () => void): Promise<void> {
    const { source, layout } = plan;
    const job = { id: row.id, source, journal, layout, store, lanes: this.#lanes, startWorker: this.#startWorker };
    const end = await new Importer(job).run();
    // Storage that is full may have no room for its own bad news: then `ended` alone tells it.
    await this.#catalogue.put({ ...row, complete: end.status === 'complete', error: end.error }).catch(() => {});
    // What a host without ranges has sent is kept as long as it may be needed.
    await plan.opened.close(end.status !== 'complete');
    this.#onEnd(row.id, end);
    this.#tellEnd(row.id, end);
    release();
  }

  #tellEnd(id: string, end: ImportEnd): void {
    const channel = openImportChannel(id);
    channel.post({ type: 'ended', ...end });
    channel.close();
  }
}

/** The model's lock and, where it is pruned from another, that one's too: it stays as it is meanwhile. */
async function takeLocks(id: string, source: ImportSource): Promise<ModelLock> {
  if (source.kind !== 'pruned') return takeModelLock(id);
  if (source.of === id) throw taken(id);
  const own = await takeModelLock(id);
  try {
    const other = await takeModelLock(source.of);
    return {
      release: () => {
        other.release();
        own.release();
      },
    };
  } catch (error) {
    own.release();
    throw error;
  }
}

function prunedFrom({ texts: { name, pruned, config } }: ImportJournal): PrunedFrom | undefined {
  return pruned && { of: name, kept: config.nExperts, experts: pruned.experts };
}

function needsUser(id: string, kind: string): MixtabError {
  return new MixtabError(
    'request-invalid',
    `resume ${id}: expected ${kind === 'files' ? 'the file' : 'a token'} again, got none`,
    kind === 'files' ? 'Choose the same file again.' : 'Give the token again: it is never stored.',
    { id },
  );
}

function taken(id: string): MixtabError {
  return new MixtabError(
    'request-invalid',
    `import as ${id}: expected a free name or the same model in the same format, got the name of another`,
    'Give another name, or remove that model first.',
    { id },
  );
}
