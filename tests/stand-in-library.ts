import type { PageLibrary } from '../src/app/library-port';
import type { MixtabError } from '../src/protocol/errors';
import type {
  ImportOptions,
  ImportPreview,
  ImportProgress,
  ImportReport,
  ImportSource,
  ModelEntry,
  StorageInfo,
  TaskProgress,
} from '../src/protocol/library';
import { syntheticLayout } from '../src/synthetic/shape';

/** What the stand-in does, for tests of the page's own logic and for drawing it. It is no library and never ships. */
export interface StandInLibraryOptions {
  models?: ModelEntry[];
  preview?: ImportPreview;
  storage?: StorageInfo | null;
  report?: ImportReport | null;
  /** Thrown by the method of that name. */
  fail?: Partial<Record<keyof PageLibrary, MixtabError>>;
  /** What verify and repair find. */
  records?: string[];
  /** Waits inside preview, verify, repair and export. */
  pace?: () => Promise<void>;
}

export interface StandInLibrary extends PageLibrary {
  options: StandInLibraryOptions;
  /** What was asked for, in order: `resume x`. */
  calls: string[];
  imports: { source: ImportSource; options: ImportOptions | undefined }[];
  /** Tells all listeners of a new list. */
  tell(models: ModelEntry[]): void;
}

export function standInLibrary(options: StandInLibraryOptions = {}): StandInLibrary {
  const listeners = new Set<(models: ModelEntry[]) => void>();
  const calls: string[] = [];
  const imports: StandInLibrary['imports'] = [];
  const call = async (method: keyof PageLibrary, id = ''): Promise<void> => {
    calls.push(`${method} ${id}`.trim());
    const failure = options.fail?.[method];
    if (failure) throw failure;
  };
  const tell = (models: ModelEntry[]): void => {
    options.models = models;
    for (const listener of listeners) listener(models);
  };
  const task = async (method: keyof PageLibrary, id: string, onProgress?: (progress: TaskProgress) => void) => {
    onProgress?.({ doneBytes: 1e9, totalBytes: 4e9 });
    await options.pace?.();
    await call(method, id);
    return options.records ?? [];
  };
  return {
    options,
    calls,
    imports,
    tell,
    list: async () => {
      await call('list');
      return options.models ?? [];
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    preview: async () => {
      await options.pace?.();
      await call('preview');
      return options.preview ?? previewOf();
    },
    import: async (source, importOptions) => {
      await call('import', importOptions?.id);
      imports.push({ source, options: importOptions });
      return importOptions?.id ?? 'model';
    },
    resume: (id) => call('resume', id),
    pause: (id) => call('pause', id),
    remove: async (id) => {
      await call('remove', id);
      tell((options.models ?? []).filter((entry) => entry.id !== id));
    },
    verify: (id, onProgress) => task('verify', id, onProgress),
    repair: (id, onProgress) => task('repair', id, onProgress),
    exportTo: async (id, _, onProgress) => void (await task('exportTo', id, onProgress)),
    report: async (id) => {
      await call('report', id);
      return options.report ?? null;
    },
    storage: async () => options.storage ?? null,
    cancelTask: (id) => void calls.push(`cancelTask ${id}`),
  };
}

/** Mixtral 8x7B from the Hub, whole unless said otherwise. */
export function entryOf(change: Partial<ModelEntry> = {}): ModelEntry {
  const packBytes = 26_443_382_784;
  return {
    id: 'mixtral-8x7b',
    name: 'Mixtral-8x7B-Instruct-v0.1',
    sourceKind: 'hub',
    sourceLabel: 'TheBloke/Mixtral-8x7B-Instruct-v0.1-GGUF@main',
    formats: 'q4',
    packBytes,
    committedBytes: packBytes,
    addedAt: 1,
    usedAt: 1,
    status: 'complete',
    error: null,
    runnable: true,
    progress: null,
    needs: 'nothing',
    ...change,
  };
}

export function progressOf(change: Partial<ImportProgress> = {}): ImportProgress {
  return {
    phase: 'experts',
    doneBytes: 3.1e9,
    totalBytes: 26_443_382_784,
    bytesPerSecond: 85e6,
    secondsLeft: 275,
    ...change,
  };
}

export function previewOf(change: Partial<ImportPreview> = {}): ImportPreview {
  return {
    id: 'mixtral-8x7b',
    name: 'Mixtral-8x7B-Instruct-v0.1',
    kind: 'GGUF, Q4_K Q6_K',
    layers: 32,
    experts: 8,
    topK: 2,
    parameters: { total: 46_702_792_704, active: 12_879_925_248 },
    contextLength: 32_768,
    packBytes: 30_117_388_288,
    committedBytes: 0,
    formats: 'q4a + q8',
    sourceBytes: 26_441_533_376,
    spoolBytes: 0,
    leastBytes: 2_410_000_000,
    mostBytes: 30_900_000_000,
    storage: { usageBytes: 8_200_000, quotaBytes: 10_745_618_432, persisted: false },
    shape: syntheticLayout({ layers: 32, narrow: false }),
    choices: [],
    ...change,
  };
}
