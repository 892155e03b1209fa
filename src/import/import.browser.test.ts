import { expect, test } from 'vitest';
import { ggufFile, hfFiles } from '../../tests/support/ref-files';
import { ended, openTab, temporaryImport } from '../../tests/support/test-library';
import { convertCheckpoint } from '../checkpoint/convert';
import type { Manifest } from '../pack/manifest';
import type { FileSource, ImportReport } from '../protocol/library';
import { openCheckpointOf } from '../sources/open-checkpoint';
import { openSource } from '../sources/open-source';
import { openModelStore } from '../store/model-store';
import { verifyRecords } from '../store/verify';

async function converted(source: FileSource): Promise<{ manifest: Manifest; report: ImportReport }> {
  return convertCheckpoint(await openCheckpointOf(await openSource(source)), { piece: () => {} });
}

test.each([
  ['a GGUF file', async () => [await ggufFile()]],
  ['a Hugging Face folder', hfFiles],
])('%s becomes the same pack as by the command, record by record', async (_, files) => {
  const source: FileSource = { kind: 'files', files: await files() };
  const { library } = openTab();
  const id = temporaryImport();
  const preview = await library.preview(source, { id });
  expect(await library.import(source, { id })).toBe(id);
  const entry = await ended(library, id);
  const { manifest, report } = await converted(source);
  expect(entry).toMatchObject({
    id,
    status: 'complete',
    error: null,
    runnable: true,
    committedBytes: preview.packBytes,
    packBytes: preview.packBytes,
    sourceKind: 'files',
    progress: null,
    needs: 'nothing',
  });
  const store = await openModelStore(id);
  expect(await store.manifest()).toEqual(manifest);
  expect(await verifyRecords(store, manifest)).toEqual([]);
  expect(await library.report(id)).toEqual(report);
  store.close();
});
