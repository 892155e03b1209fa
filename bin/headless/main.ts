// The page that `mixtab` opens in headless Chromium: the app's own engine and worker, with no face.
import { createEngine, type Engine } from '../../src/client';
import { measureMatvecBandwidth } from '../../src/gpu/bandwidth';
import { bytesPerToken } from '../../src/pack/footprint';
import { packLayout } from '../../src/pack/layout';
import { validateManifest } from '../../src/pack/manifest';
import { MixtabError, toErrorData } from '../../src/protocol/errors';
import type { HeadlessApi, HeadlessEvent, Outcome } from './api';

let engine: Engine | null = null;
let modelPath = '';

const api: HeadlessApi = {
  load: (model, options) =>
    outcome(async () => {
      modelPath = model.path;
      engine = await createEngine(
        { id: model.id, url: new URL(model.path, location.origin).href },
        { ...options, onProgress: (progress) => emit({ type: 'progress', progress }) },
      );
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
      const answer = await fetch(`${modelPath}manifest.json`);
      const { config, formats } = validateManifest(await answer.json());
      return {
        bandwidth: await measureMatvecBandwidth(),
        bytesPerToken: bytesPerToken(packLayout(config, formats), position),
      };
    }),
};

window.mixtabHeadless = api;

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
