// The page that `mixtab` opens in headless Chromium: the app's own engine and worker, with no face.
import { createEngine, type Engine, type ModelRef } from '../../src/client';
import { measureMatvecBandwidth } from '../../src/gpu/bandwidth';
import { bytesPerToken } from '../../src/pack/footprint';
import { packLayout } from '../../src/pack/layout';
import { validateManifest } from '../../src/pack/manifest';
import { MixtabError, toErrorData } from '../../src/protocol/errors';
import type { HeadlessApi, HeadlessEvent, HeadlessModel, Outcome } from './api';
import { importModel } from './import-model';

let engine: Engine | null = null;
/** Of the pack in use, where it is one. */
let packPath = '';

const api: HeadlessApi = {
  load: (model, options) =>
    outcome(async () => {
      engine = await createEngine(await modelRef(model), {
        ...options,
        onProgress: (progress) => emit({ type: 'progress', progress }),
      });
      return engine.info;
    }),
  generate: ({ logitsPath, stream, ...request }) =>
    outcome(async () => {
      let firstTextMs: number | null = null;
      if (!engine) throw new MixtabError('model-not-loaded', 'generate: expected a loaded model, got none');
      const { promptLogits, ...result } = await engine.generate(
        { ...request, promptLogits: logitsPath !== undefined },
        {
          onDelta: ({ text }) => {
            firstTextMs ??= performance.now();
            if (stream) emit({ type: 'text', text });
          },
        },
      );
      if (logitsPath !== undefined) await upload(logitsPath, promptLogits);
      return { result, engine: await engine.stats(), firstTextMs };
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
};

window.mixtabHeadless = api;

async function modelRef(model: HeadlessModel): Promise<ModelRef> {
  if ('path' in model) {
    packPath = model.path;
    return { id: model.id, url: new URL(model.path, location.origin).href };
  }
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
