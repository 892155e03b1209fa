import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ggufFile } from '../../tests/support/ref-files';
import { expectWhole } from '../../tests/support/steered-import';
import { ended, ImportEar, openTab, temporaryImport } from '../../tests/support/test-library';
import type { ImportSource } from '../protocol/library';
import { openModelStore } from '../store/model-store';
import { lanesGone } from './locks';

/** Names of the records that an unfinished import has committed, or null once it is complete. */
async function committedOf(id: string): Promise<string[] | null> {
  const store = await openModelStore(id);
  try {
    if (await store.manifest()) return null;
    return (await store.made()).map(({ entry }) => entry.name);
  } finally {
    store.close();
  }
}

test('a tab that is closed at any moments of an import loses nothing that was committed, and makes nothing twice', async () => {
  const source: ImportSource = { kind: 'files', files: [await ggufFile('b')] };
  // Messages from the importer until the tab is closed: 0 is before its first word.
  const moments = fc.array(fc.nat(6), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(moments, async (closedAfter) => {
      const id = temporaryImport();
      const madeBefore: string[] = [];
      for (const messages of closedAfter) {
        const tab = openTab();
        const ear = new ImportEar(id);
        // Not awaited: who closes a tab hears no more of it.
        tab.library.import(source, { id }).catch(() => {});
        await ear.until(() => ear.heard.length >= messages || ear.heard.at(-1)?.type === 'ended');
        tab.kill();
        await lanesGone(id);
        expect(ear.committed.filter((record) => madeBefore.includes(record))).toEqual([]);
        const committed = await committedOf(id);
        if (committed === null) break;
        expect(committed).toEqual(expect.arrayContaining([...madeBefore, ...ear.committed]));
        madeBefore.splice(0, madeBefore.length, ...committed);
      }
      const ear = new ImportEar(id);
      const { library } = openTab();
      await library.import(source, { id });
      expect(await ended(library, id)).toMatchObject({ status: 'complete', error: null });
      expect(ear.committed.filter((record) => madeBefore.includes(record))).toEqual([]);
      await expectWhole(id);
    }),
    { numRuns: 2 },
  );
});
