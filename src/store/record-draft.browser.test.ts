import { wrap } from 'comlink';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryModel } from '../../tests/support/temporary-store';
import type { DraftWorker } from '../../tests/workers/draft.worker';

const FIRST = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5])];
const SECOND = [new Uint8Array([6])];

function draftWorker() {
  const worker = new Worker(new URL('../../tests/workers/draft.worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  return wrap<DraftWorker>(worker);
}

/** Whether any drafts of the model are left. */
async function draftsLeft(id: string): Promise<boolean> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('mixtab-drafts', { create: true });
  return folder.getDirectoryHandle(id).then(
    () => true,
    () => false,
  );
}

test('what is stored stays as it was when the next record is made, in whatever way this browser stores files', async () => {
  const id = temporaryModel();
  expect(await draftWorker().store(id, FIRST, SECOND)).toEqual(new Uint8Array([1, 2, 3, 4, 5]));
  expect(await draftsLeft(id)).toBe(false);
});

test('where the database copies, records gather in a file, each anew', async () => {
  const id = temporaryModel();
  expect(await draftWorker().copied(id, [FIRST, SECOND])).toEqual([
    { isFile: true, bytes: new Uint8Array([1, 2, 3, 4, 5]) },
    { isFile: true, bytes: new Uint8Array([6]) },
  ]);
  expect(await draftsLeft(id)).toBe(false);
});
