// The page that `mixtab` opens in headless Chromium: the app's own engine and worker, with no face.
import { wrap } from 'comlink';
import { connectEngine, type Engine, type ModelRef } from '../../src/client';
import { measureMatvecBandwidth } from '../../src/gpu/bandwidth';
import { bytesPerToken } from '../../src/pack/footprint';
import { packLayout } from '../../src/pack/layout';
import { validateManifest } from '../../src/pack/manifest';
import type { EngineApi, GenerateStats } from '../../src/protocol/engine';
import { MixtabError, toErrorData } from '../../src/protocol/errors';
import type { HeadlessApi, HeadlessEvent, HeadlessModel, Outcome } from './api';
import { startEngineWorker } from './engine-worker';
import { makeSynthetic, readLoop, syntheticState } from './full-size';
import { importModel } from './import-model';
import { lossyTrial } from './lossy';
import { pruningTrial } from './pruning';

let engine: Engine | null = null;
let worker: Worker | null = null;
/** Of the pack in use, where it is one. */
let packPath = '';

const api: HeadlessApi = {
  load: (model, options) =>
    outcome(async () => {
      worker = startEngineWorker();
      engine = await connectEngine(worker, await modelRef(model), {
        ...options,
        onProgress: (progress) => emit({ type: 'progress', progress }),
      });
      return engine.info;
    }),
  generate: ({ logitsPath, stream, ...request }) =>
    outcome(async () => {
      let firstTextMs: number | null = null;
      let firstStats: GenerateStats | null = null;
      if (!engine) throw new MixtabError('model-not-loaded', 'generate: expected a loaded model, got none');
      const { promptLogits, ...result } = await engine.generate(
        { ...request, promptLogits: logitsPath !== undefined },
        {
          onDelta: ({ text, stats }) => {
            firstStats ??= stats;
            firstTextMs ??= performance.now();
            if (stream) emit({ type: 'text', text });
          },
        },
      );
      if (logitsPath !== undefined) await upload(logitsPath, promptLogits);
      return { result, engine: await engine.stats(), firstStats, firstTextMs };
    }),
  floor: (position) =>
    outcome(async () => {
      const answer = await fetch(`${packPath}manifest.json`);
      const { config, formats } = validateManifest(await answer.json());
      return {
        bandwidth: await measureMatvecBandwidth(),
        bytesPerToken: bytesPerToken(packLayout(config, formats), position),
      };
    }),
  unload: () =>
    outcome(async () => {
      if (!engine || !worker) throw new MixtabError('model-not-loaded', 'unload: expected a loaded model, got none');
      // The client's engine answers no more once it is unloaded; its worker does, until it ends.
      const api = wrap<EngineApi>(worker);
      await api.unload();
      const { gpuBytes } = await api.stats();
      await engine.unload();
      [engine, worker] = [null, null];
      return { gpuBytes };
    }),
  syntheticState: (model) => outcome(() => syntheticState(model)),
  makeSynthetic: (model) =>
    outcome(async () => {
      await makeSynthetic(model, (progress) => emit({ type: 'import', progress }));
      return null;
    }),
  readLoop: (id, lists, inFlight) => outcome(() => readLoop(id, lists, inFlight)),
  lossyTrial: (trial, groups) => outcome(() => lossyTrial(trial, groups)),
  pruningTrial: (texts, counts) => outcome(() => pruningTrial(texts, counts)),
};

window.mixtabHeadless = api;

async function modelRef(model: HeadlessModel): Promise<ModelRef> {
  if ('path' in model) {
    packPath = model.path;
    return { id: model.id, url: new URL(model.path, location.origin).href };
  }
  if ('stored' in model) return { id: model.id };
  const url = new URL(model.importFrom, location.origin).href;
  await importModel({ kind: 'url', url }, { id: model.id, format: model.format }, (progress) =>
    emit({ type: 'import', progress }),
  );
  return { id: model.id };
}

function emit(event: HeadlessEvent): void {
  void window.mixtabEvent?.(event);
}

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: toErrorData(error) };
  }
}

async function upload(path: string, logits: Float32Array<ArrayBuffer> | undefined): Promise<void> {
  if (!logits) throw new MixtabError('internal', 'logits: expected those of the prompt, got none');
  const response = await fetch(path, { method: 'POST', body: logits });
  if (!response.ok) {
    throw new MixtabError(
      'storage-failed',
      `--logits: ${await response.text()}`,
      'Check the path and the room on the disk.',
    );
  }
}
