import { expect, test } from 'vitest';
import { bytesOf, flipped, recordOf, syntheticPack } from '../../tests/support/synthetic-pack';
import { fill, temporaryStore } from '../../tests/support/temporary-store';
import { packBytes } from '../pack/manifest';
import { verifyRecords } from './verify';

async function filledStore() {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await fill(store, pack);
  return { pack, store };
}

test('finds nothing in a pack that is right, and reports every byte once', async () => {
  const { pack, store } = await filledStore();
  const done: number[] = [];
  const broken = await verifyRecords(store, pack.manifest, {
    onProgress: ({ doneBytes, totalBytes }) => {
      expect(totalBytes).toBe(packBytes(pack.manifest));
      done.push(doneBytes);
    },
  });
  expect(broken).toEqual([]);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect([done[0], done.at(-1)]).toEqual([0, packBytes(pack.manifest)]);
});

test('names a flipped bit in a last piece, a short record and a missing one, in the pack’s order, and changes nothing', async () => {
  const { pack, store } = await filledStore();
  const flip = recordOf(pack, 'expert/1/2');
  await store.put(flip, new Blob([flipped(bytesOf(pack, flip.name))]));
  await store.put(recordOf(pack, 'dense/2'), new Blob([bytesOf(pack, 'dense/2').subarray(4)]));
  await store.delete(recordOf(pack, 'expert/0/0'));
  let doneBytes = 0;
  const verify = () =>
    verifyRecords(store, pack.manifest, { onProgress: (progress) => (doneBytes = progress.doneBytes) });
  const names = ['dense/2', 'expert/0/0', 'expert/1/2'];
  expect((await verify()).map(({ name }) => name)).toEqual(names);
  expect(doneBytes).toBe(packBytes(pack.manifest));
  expect((await verify()).map(({ name }) => name)).toEqual(names);
  expect((await store.missing(pack.manifest)).map(({ name }) => name)).toEqual(['expert/0/0']);
});

test('stops where it is told to', async () => {
  const { pack, store } = await filledStore();
  const stop = new AbortController();
  let doneBytes = 0;
  const verifying = verifyRecords(store, pack.manifest, {
    signal: stop.signal,
    onProgress: (progress) => {
      doneBytes = progress.doneBytes;
      if (doneBytes > 0) stop.abort();
    },
  });
  await expect(verifying).rejects.toMatchObject({ code: 'aborted' });
  expect(doneBytes).toBeLessThan(packBytes(pack.manifest) / 2);
});
