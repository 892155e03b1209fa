import { expose } from 'comlink';
import { openModelStore } from '../../src/store/model-store';
import { clearDrafts, fileDraft, type RecordDraft } from '../../src/store/record-draft';

/** Drafts as a convert worker uses them: only dedicated workers can write to files piece by piece. */
const api = {
  /** Two records one after the other into the browser's own database; what it holds of the first in the end. */
  async store(id: string, first: Uint8Array<ArrayBuffer>[], second: Uint8Array<ArrayBuffer>[]) {
    const store = await openModelStore(id);
    const draft = await fileDraft(id, store);
    const record = { name: 'first', bytes: 1, sha256: ['1'] };
    await store.put(record, await filled(draft, first));
    await store.put({ ...record, name: 'second' }, await filled(draft, second));
    const stored = await store.get(record);
    const bytes = new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer(0));
    store.close();
    await clearDrafts(id);
    return bytes;
  },
  /** The same with a database that copies, as in ordinary windows; whether records were files, and their bytes. */
  async copied(id: string, records: Uint8Array<ArrayBuffer>[][]) {
    const store = await openModelStore(id);
    const copy = async (blob: Blob): Promise<Blob> => new Blob([await blob.arrayBuffer()]);
    const draft = await fileDraft(id, { ...store, roundTrip: copy });
    const made: { isFile: boolean; bytes: Uint8Array<ArrayBuffer> }[] = [];
    for (const pieces of records) {
      const blob = await filled(draft, pieces);
      made.push({ isFile: blob instanceof File, bytes: new Uint8Array(await blob.arrayBuffer()) });
    }
    store.close();
    await clearDrafts(id);
    return made;
  },
};

async function filled(draft: RecordDraft, pieces: Uint8Array<ArrayBuffer>[]): Promise<Blob> {
  await draft.begin();
  draft.write(new Uint8Array([9, 9, 9, 9, 9, 9, 9, 9, 9, 9])); // Of a first try, that came to nothing.
  await draft.begin();
  for (const piece of pieces) draft.write(piece);
  return draft.end();
}

export type DraftWorker = typeof api;

expose(api);
