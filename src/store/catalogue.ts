import type { ErrorData } from '../protocol/errors';
import type { ModelEntry } from '../protocol/library';
import { indexedDbKeyValue } from './indexed-db';

/** What lasts of a {@link ModelEntry}; the rest is seen from the model's own database and from who imports it now. */
export interface CatalogueRow
  extends Pick<
    ModelEntry,
    'id' | 'name' | 'sourceKind' | 'sourceLabel' | 'formats' | 'pruned' | 'packBytes' | 'addedAt' | 'usedAt'
  > {
  complete: boolean;
  /** Why the last import ended, where it failed. */
  error: ErrorData | null;
}

/** The list of models, in a database of its own. Every method rejects with `storage-full` or `storage-failed`. */
export interface Catalogue {
  /** The last used first. */
  rows(): Promise<CatalogueRow[]>;
  row(id: string): Promise<CatalogueRow | null>;
  /** `usedAt` is kept where the model has one. */
  put(row: CatalogueRow): Promise<void>;
  /** The model is used now. Nothing happens where it is not in the list. */
  touch(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  close(): void;
}

const DATABASE = 'mixtab';
const ROW = 'model/';
/** Apart from the row: engines write it, importers the row, and neither undoes the other's. */
const USED = 'used/';

export function openCatalogue(factory = globalThis.indexedDB): Catalogue {
  const table = indexedDbKeyValue(factory, DATABASE);
  const read = async (ids: string[]): Promise<CatalogueRow[]> => {
    const rows = (await table.getMany(ids.map((id) => ROW + id))) as (CatalogueRow | undefined)[];
    const used = (await table.getMany(ids.map((id) => USED + id))) as (number | undefined)[];
    return rows.flatMap((row, index) => (row ? [{ ...row, usedAt: used[index] ?? row.usedAt }] : []));
  };
  const rowOf = async (id: string): Promise<CatalogueRow | null> => (await read([id]))[0] ?? null;
  return {
    async rows() {
      const keys = await table.keys();
      const rows = await read(keys.filter((key) => key.startsWith(ROW)).map((key) => key.slice(ROW.length)));
      return rows.sort((a, b) => b.usedAt - a.usedAt || a.id.localeCompare(b.id));
    },
    row: rowOf,
    async put(row) {
      await table.set(ROW + row.id, row);
      announce();
    },
    async touch(id) {
      if ((await rowOf(id)) === null) return;
      await table.set(USED + id, Date.now());
      announce();
    },
    async remove(id) {
      await table.delete([ROW + id, USED + id]);
      announce();
    },
    close: () => table.close(),
  };
}

const CHANNEL = 'mixtab/library';

/** Says to all tabs, this one too, that the list may have changed. */
function announce(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ type: 'changed' });
  channel.close();
}

/** Calls after every change of the catalogue in any tab, as long as the worker lives. */
export function onCatalogueChange(listener: () => void): void {
  new BroadcastChannel(CHANNEL).onmessage = listener;
}
