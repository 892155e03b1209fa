import { openLibrary } from '../../src/client';
import { MixtabError } from '../../src/protocol/errors';
import type { ImportOptions, ImportProgress, ImportSource, ModelEntry } from '../../src/protocol/library';

/** Imports a model, as the app does, and waits until it is whole; at once if it is there. Rejects with what the import fails with. */
export async function importModel(
  source: ImportSource,
  options: ImportOptions & { id: string },
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  const library = openLibrary();
  try {
    const there = (await library.list()).find(({ id }) => id === options.id);
    if (there?.status === 'complete') return;
    await library.import(source, options);
    await new Promise<void>((resolve, reject) => {
      library.subscribe((models) => {
        const model = models.find(({ id }) => id === options.id);
        if (!model) return; // The list is from before the import.
        if (model.progress) onProgress(model.progress);
        if (model.status === 'complete') resolve();
        else if (model.status !== 'importing') reject(failureOf(model));
      });
    });
  } finally {
    library.close();
  }
}

function failureOf(model: ModelEntry | undefined): MixtabError {
  if (model?.error) return MixtabError.from(model.error);
  return new MixtabError(
    'import-incomplete',
    `import: expected a whole model, got one that is ${model?.status ?? 'gone'}`,
  );
}
