import { afterEach, expect, test } from 'vitest';
import { openStoredModel } from '../import/open-model';
import { createTokenizer } from '../model/tokenizer';
import { layoutOf, packLayout, recordNames } from '../pack/layout';
import type { MixtabError } from '../protocol/errors';
import { databaseName } from '../store/model-store';
import { fillRecord } from './fill-record';
import { makeSyntheticModel, syntheticState } from './make-model';
import { type SyntheticModel, syntheticId } from './shape';

const MODEL: SyntheticModel = { layers: 1, narrow: true };

const startWorker = (): Worker =>
  new Worker(new URL('../../workers/synthetic.worker.ts', import.meta.url), { type: 'module' });

afterEach(
  () =>
    new Promise<void>((resolve) => {
      indexedDB.deleteDatabase(databaseName(syntheticId(MODEL))).onsuccess = () => resolve();
    }),
);

test('a model that is cut off is gone on with, and holds what its recipe says', async () => {
  const workers: Worker[] = [];
  const start = (): Worker => {
    const worker = startWorker();
    workers.push(worker);
    return worker;
  };
  const cutOff = makeSyntheticModel(MODEL, start, ({ doneBytes }) => {
    if (doneBytes > 0) for (const worker of workers) worker.terminate();
  });
  await expect(cutOff).rejects.toMatchObject({ code: 'worker-died' } satisfies Partial<MixtabError>);
  const { storedBytes, totalBytes } = await syntheticState(MODEL);
  expect(storedBytes).toBeGreaterThan(0);
  expect(storedBytes).toBeLessThan(totalBytes);

  const begun: number[] = [];
  await makeSyntheticModel(MODEL, startWorker, ({ doneBytes }) => begun.push(doneBytes));
  expect(begun[0]).toBeGreaterThanOrEqual(storedBytes);
  expect(begun.at(-1)).toBe(totalBytes);
  expect(await syntheticState(MODEL)).toEqual({ storedBytes: totalBytes, totalBytes });

  const { manifest, reader, close } = await openStoredModel(syntheticId(MODEL));
  const pack = packLayout(manifest.config, manifest.formats);
  for (const name of recordNames(manifest.config)) {
    const expected = new Uint8Array(layoutOf(pack, name).bytes);
    fillRecord(pack, name, expected);
    await reader.read(name, (piece, offset) => {
      if (indexedDB.cmp(piece, expected.subarray(offset, offset + piece.byteLength)) !== 0)
        throw new Error(`${name}: other bytes from ${offset} on`);
    });
  }
  const tokenizer = await createTokenizer(manifest.tokenizer);
  expect([tokenizer.vocabSize, tokenizer.decode([500, 501])]).toEqual([manifest.config.vocabSize, '500 501']);
  tokenizer.dispose();
  close();
});
