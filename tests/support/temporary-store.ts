import { onTestFinished } from 'vitest';
import type { Manifest } from '../../src/pack/manifest';
import type { RecordReader } from '../../src/pack/record-reader';
import { databaseName, type ModelStore, openModelStore } from '../../src/store/model-store';
import { bytesOf, type SyntheticPack } from './synthetic-pack';

/** A model id of its own; its real IndexedDB database is deleted when the test ends. */
export function temporaryModel(): string {
  const id = `test-${crypto.randomUUID()}`;
  onTestFinished(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(databaseName(id));
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
  );
  return id;
}

export const temporaryStore = (): Promise<ModelStore> => openModelStore(temporaryModel());

/** Puts all of a pack into a store, past the installer. */
export async function fill(store: ModelStore, pack: SyntheticPack): Promise<void> {
  for (const record of pack.manifest.records) await store.put(record, new Blob([bytesOf(pack, record.name)]));
  await store.putManifest(pack.manifest);
}

/** A record as a sink gets it: its pieces in any order, some of them twice perhaps. Throws where bytes are missing. */
export async function readAll(
  reader: RecordReader,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = new Map<number, Uint8Array<ArrayBuffer>>();
  await reader.read(name, (piece, offset) => void pieces.set(offset, piece.slice()), { signal });
  const inOrder = [...pieces].sort(([a], [b]) => a - b);
  let end = 0;
  for (const [offset, piece] of inOrder) {
    if (offset !== end) throw new Error(`a piece at ${offset} after ${end}`);
    end += piece.byteLength;
  }
  return new Uint8Array(await new Blob(inOrder.map(([, piece]) => piece)).arrayBuffer());
}

/** Whether the reader delivers the record bit for bit. Comparing here is much faster than `toEqual` on long arrays. */
export async function readsRight(reader: RecordReader, pack: SyntheticPack, name: string): Promise<boolean> {
  return sameBytes(await readAll(reader, name), bytesOf(pack, name));
}

/** Names of the records whose stored bytes are there and right. */
export async function rightRecords(store: ModelStore, pack: SyntheticPack): Promise<string[]> {
  const names: string[] = [];
  for (const record of pack.manifest.records) {
    const blob = await store.get(record);
    if (blob && sameBytes(new Uint8Array(await blob.arrayBuffer()), bytesOf(pack, record.name)))
      names.push(record.name);
  }
  return names;
}

export const namesOf = (manifest: Manifest): string[] => manifest.records.map((record) => record.name);

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
