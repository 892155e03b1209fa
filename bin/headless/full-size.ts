import { type Remote, wrap } from 'comlink';
import { WorkerLife } from '../../src/lib/worker-life';
import { MixtabError } from '../../src/protocol/errors';
import type { ImportProgress } from '../../src/protocol/library';
import { makeSyntheticModel, syntheticState } from '../../src/synthetic/make-model';
import type { ReadLoopApi } from '../../src/synthetic/read-loop';
import type { ReadSpeed } from '../../src/synthetic/read-speed';
import type { SyntheticModel } from '../../src/synthetic/shape';

export { syntheticState };

const startLane = (): Worker =>
  new Worker(new URL('../../workers/synthetic.worker.ts', import.meta.url), {
    type: 'module',
    name: 'mixtab-synthetic',
  });

export function makeSynthetic(model: SyntheticModel, onProgress: (progress: ImportProgress) => void): Promise<void> {
  return makeSyntheticModel(model, startLane, onProgress);
}

/** Reads lists of records in a loop, each list timed, by the way that the pager takes; a list that was read before is not hashed again. */
export async function readLoop(id: string, lists: string[][], inFlight: number): Promise<ReadSpeed[]> {
  const worker = new Worker(new URL('../../workers/read-loop.worker.ts', import.meta.url), {
    type: 'module',
    name: 'mixtab-read-loop',
  });
  const life = new WorkerLife(worker, 'read loop');
  const api: Remote<ReadLoopApi> = wrap(worker);
  try {
    await life.guard(() => api.open(id, inFlight));
    const speeds: ReadSpeed[] = [];
    for (const records of lists) speeds.push(await life.guard(() => api.read(records)));
    await life.guard(() => api.close());
    return speeds;
  } finally {
    life.end(new MixtabError('aborted', 'read loop: expected to read, got an end'));
  }
}
