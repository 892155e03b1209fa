import { expect, test } from 'vitest';
import { syntheticPack } from '../../tests/support/synthetic-pack';
import { fill, temporaryStore } from '../../tests/support/temporary-store';
import { packBytes } from '../pack/manifest';
import { requestPersistence, storageEstimate } from './quota';

test('tells what the models take', async () => {
  const pack = await syntheticPack();
  await fill(await temporaryStore(), pack);
  // No difference of two figures: other tests share this origin.
  expect((await storageEstimate())?.usageBytes).toBeGreaterThanOrEqual(packBytes(pack.manifest));
  expect(await requestPersistence()).toBe((await storageEstimate())?.persisted);
});
