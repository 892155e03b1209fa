import { expect } from 'vitest';
import { Library } from '../../src/import/library';
import type { ImportSource } from '../../src/protocol/library';
import { openModelStore } from '../../src/store/model-store';
import { verifyRecords } from '../../src/store/verify';
import { SteeredLanes } from './steered-lanes';
import { ImportEar, temporaryImport } from './test-library';

/** An import in this window that makes a record only when it is told to. */
export async function steeredImport(source: ImportSource, lanes = 1) {
  const steering = new SteeredLanes();
  const library = new Library({ lanes, startWorker: steering.startWorker });
  const id = temporaryImport();
  const ear = new ImportEar(id);
  await library.import(source, { id });
  /** Lets so many records be made, and waits until they are committed. */
  const make = async (count: number): Promise<string[]> => {
    const records: string[] = [];
    while (records.length < count) {
      const record = await steering.asked();
      steering.make(record);
      records.push(record);
    }
    await ear.until(() => records.every((record) => ear.committed.includes(record)));
    return records;
  };
  return { steering, library, id, ear, make };
}

/** The model is complete, and every hash right. */
export async function expectWhole(id: string, factory = indexedDB): Promise<void> {
  const store = await openModelStore(id, factory);
  const manifest = await store.manifest();
  expect(manifest && (await verifyRecords(store, manifest))).toEqual([]);
  store.close();
}
