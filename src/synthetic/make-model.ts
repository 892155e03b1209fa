import { type Remote, wrap } from 'comlink';
import { manifestOf } from '../checkpoint/made-record';
import { ProgressMeter } from '../import/progress-meter';
import { installErrorTransfer } from '../lib/comlink-errors';
import { WorkerLife } from '../lib/worker-life';
import { recordsBytes } from '../pack/footprint';
import { recordNames } from '../pack/layout';
import { packBytes, validateManifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { ImportProgress } from '../protocol/library';
import { type ModelStore, openModelStore } from '../store/model-store';
import type { SyntheticLaneApi } from './lane';
import { type SyntheticModel, syntheticId, syntheticLayout, syntheticTexts } from './shape';

/** One makes a record while the other's is being stored. */
const LANES = 2;

/** What of a model is stored here, and what it takes. */
export async function syntheticState(model: SyntheticModel): Promise<{ storedBytes: number; totalBytes: number }> {
  const store = await openModelStore(syntheticId(model));
  try {
    const manifest = await store.manifest();
    const made = manifest ? [] : await store.made();
    const storedBytes = manifest ? packBytes(manifest) : made.reduce((sum, { entry }) => sum + entry.bytes, 0);
    return { storedBytes, totalBytes: recordsBytes(syntheticLayout(model)) };
  } finally {
    store.close();
  }
}

/**
 * Makes what is not there of a synthetic model, by the rules of an import: whatever ends it, what was committed stays, and it goes on from there.
 * Rejects with `storage-full`, `storage-failed` or `worker-died`.
 */
export async function makeSyntheticModel(
  model: SyntheticModel,
  startWorker: () => Worker,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  const store = await openModelStore(syntheticId(model));
  try {
    if (await store.manifest()) return;
    const { config, ...texts } = syntheticTexts(model);
    const layout = syntheticLayout(model);
    if (!(await store.journal())) {
      await store.begin({
        version: 1,
        source: { kind: 'files' },
        identity: {},
        wish: 'q4',
        name: texts.name,
        texts: { ...texts, config },
        formats: layout.formats,
        manifest: null,
      });
    }
    await makeMissing(model, store, startWorker, onProgress);
    await store.finish(validateManifest(await manifestOf(texts, layout, await store.made(), texts.name)), null);
  } finally {
    store.close();
  }
}

async function makeMissing(
  model: SyntheticModel,
  store: ModelStore,
  startWorker: () => Worker,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  const layout = syntheticLayout(model);
  const totalBytes = recordsBytes(layout);
  const made = await store.made();
  const there = new Set(made.map(({ entry }) => entry.name));
  const missing = recordNames(layout.config).filter((name) => !there.has(name));
  const meter = new ProgressMeter();
  let doneBytes = 0;
  const done = (bytes: number): void => {
    doneBytes += bytes;
    onProgress({ phase: 'experts', doneBytes, totalBytes, ...meter.measure(doneBytes, totalBytes) });
  };
  done(made.reduce((sum, { entry }) => sum + entry.bytes, 0));
  const lanes = Array.from({ length: Math.min(LANES, missing.length) }, () => new Lane(startWorker()));
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        await lane.open(model);
        for (let name = missing.shift(); name !== undefined; name = missing.shift()) done(await lane.make(name));
      }),
    );
  } finally {
    for (const lane of lanes) lane.end();
  }
}

/** The page's side of a worker with a {@link SyntheticLaneApi}. */
class Lane {
  readonly #life: WorkerLife;
  readonly #api: Remote<SyntheticLaneApi>;

  constructor(worker: Worker) {
    installErrorTransfer();
    this.#life = new WorkerLife(worker, 'synthetic worker', 'Run it again: what was committed is kept.');
    this.#api = wrap<SyntheticLaneApi>(worker);
  }

  open(model: SyntheticModel): Promise<void> {
    return this.#life.guard(() => this.#api.open(model));
  }

  /** Resolves to the record's length. */
  async make(record: string): Promise<number> {
    return (await this.#life.guard(() => this.#api.make(record))).entry.bytes;
  }

  end(): void {
    this.#life.end(new MixtabError('aborted', 'synthetic worker: expected to make records, got an end'));
  }
}
