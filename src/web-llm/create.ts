import type { ChatOptions, MLCEngineConfig } from './config';
import { MLCEngine } from './mlc-engine';

/**
 * An engine with a model loaded.
 *
 * @example
 * ```ts
 * import { CreateMLCEngine } from 'mixtab/web-llm';
 *
 * const engine = await CreateMLCEngine('tiny', { initProgressCallback: ({ text }) => console.log(text) });
 * const reply = await engine.chat.completions.create({ messages: [{ role: 'user', content: 'Tell me a story.' }] });
 * console.log(reply.choices[0].message.content);
 * ```
 */
export async function CreateMLCEngine(
  modelId: string | string[],
  engineConfig?: MLCEngineConfig,
  chatOpts?: ChatOptions | ChatOptions[],
): Promise<MLCEngine> {
  const engine = new MLCEngine(engineConfig);
  await engine.reload(modelId, chatOpts);
  return engine;
}

/** As {@link CreateMLCEngine}: its engine runs in a worker already. The one that is given is left alone, and can go. */
export async function CreateWebWorkerMLCEngine(
  worker: unknown,
  modelId: string | string[],
  engineConfig?: MLCEngineConfig,
  chatOpts?: ChatOptions | ChatOptions[],
): Promise<WebWorkerMLCEngine> {
  const engine = new WebWorkerMLCEngine(worker, engineConfig);
  await engine.reload(modelId, chatOpts);
  return engine;
}

/** As {@link MLCEngine}; the worker is left alone. */
export class WebWorkerMLCEngine extends MLCEngine {
  constructor(_worker: unknown, engineConfig?: MLCEngineConfig) {
    super(engineConfig);
  }
}

/** Stands in a worker that was written for WebLLM. Nothing is asked of it. */
export class WebWorkerMLCEngineHandler {
  /** Does nothing. */
  onmessage(_event: unknown): void {}
}
