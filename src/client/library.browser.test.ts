import { expect, test } from 'vitest';
import { ggufFile } from '../../tests/support/ref-files';
import { ImportEar, openTab, temporaryImport, until } from '../../tests/support/test-library';
import { openCatalogue } from '../store/catalogue';
import { openLibrary } from './library';

test('a worker that dies under an import is replaced: who listens hears that it is paused, and it can be resumed', async () => {
  const { library, kill } = openTab();
  const id = temporaryImport();
  const ear = new ImportEar(id);
  const files = [await ggufFile('a')];
  await library.import({ kind: 'files', files }, { id });
  await ear.until(() => ear.committed.length > 0);
  const underWay = library.list();
  kill();
  await expect(underWay).rejects.toMatchObject({ code: 'worker-died' });
  expect(await until(library, id, ({ status }) => status !== 'importing')).toMatchObject({
    status: 'paused',
    needs: 'files',
  });
  await library.resume(id, { kind: 'files', files });
  expect(await until(library, id, ({ status }) => status !== 'importing')).toMatchObject({ status: 'complete' });
});

test('who has stopped listening hears nothing more; a closed library refuses', async () => {
  const library = openLibrary();
  const heard: unknown[] = [];
  const first = new Promise<void>((resolve) => {
    const stop = library.subscribe((models) => {
      heard.push(models);
      // Stopping in the middle of being told is allowed.
      stop();
      resolve();
    });
  });
  await first;
  const told = new Promise<void>((resolve) => {
    let lists = 0;
    library.subscribe(() => ++lists === 2 && resolve());
  });
  await library.list();
  const catalogue = openCatalogue();
  await catalogue.remove('none'); // Every change is told, this one too.
  catalogue.close();
  await told;
  expect(heard).toHaveLength(1);
  library.close();
  await expect(library.list()).rejects.toMatchObject({ code: 'aborted' });
});
