import { expect, test } from 'vitest';
import { limitedIndexedDb } from '../../tests/support/storage-bucket';
import { type CatalogueRow, onCatalogueChange, openCatalogue } from './catalogue';

const rowOf = (id: string, usedAt: number): CatalogueRow => ({
  id,
  name: id,
  sourceKind: 'url',
  sourceLabel: 'https://host/model.gguf',
  formats: 'q4',
  packBytes: 100,
  addedAt: 1,
  usedAt,
  complete: false,
  error: null,
});

test('lists the last used first, over a reload; who uses a model and who changes its row do not undo each other', async () => {
  const factory = await limitedIndexedDb(10_000_000);
  const first = openCatalogue(factory);
  await first.put(rowOf('a', 1));
  await first.put(rowOf('b', 2));
  expect((await first.rows()).map(({ id }) => id)).toEqual(['b', 'a']);
  await first.touch('a');
  await first.touch('unknown');
  await first.put({ ...rowOf('a', 1), complete: true });
  first.close();
  const second = openCatalogue(factory);
  const [used, other, ...more] = await second.rows();
  expect(used).toMatchObject({ id: 'a', complete: true });
  expect(used?.usedAt).toBeGreaterThan(2);
  expect(other).toEqual(rowOf('b', 2));
  expect(more).toEqual([]);
  await second.remove('a');
  expect(await second.row('a')).toBeNull();
  second.close();
});

test('every change is told', async () => {
  const catalogue = openCatalogue(await limitedIndexedDb(10_000_000));
  for (const change of [() => catalogue.put(rowOf('a', 1)), () => catalogue.touch('a'), () => catalogue.remove('a')]) {
    const told = new Promise<void>((resolve) => onCatalogueChange(resolve));
    await change();
    await told;
  }
  catalogue.close();
});
