import type { ChatEngine } from '../client/chat-engine';
import { createEngine } from '../client/create-engine';
import type { LoadProgress } from '../protocol/engine';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import type { EngineChoice } from './engine-choice';

export { missingBytes } from './missing-bytes';

interface OpenOptions {
  signal: AbortSignal;
  onProgress: (progress: LoadProgress) => void;
  /** The engine is of no use any more, by no wish of the page. */
  onEnd: (error: ErrorData) => void;
}

/** All of the client that the widget needs; loaded on first use. Rejects with {@link MixtabError}. */
export async function openEngine(choice: EngineChoice, options: OpenOptions): Promise<ChatEngine> {
  const { signal, onProgress, onEnd } = options;
  if (choice.place === 'server') return createEngine(choice.server, { signal });
  const { model, budgetBytes, contextLength } = choice;
  try {
    // One with limits of its own is this page's own: an engine that tabs share keeps the limits of whoever came first.
    const shared = budgetBytes === undefined && contextLength === undefined;
    const engine = await createEngine(model, { budgetBytes, contextLength, shared, signal, onProgress });
    engine.on('died', ({ error }) => onEnd(toErrorData(error)));
    engine.on('devicelost', ({ state, message }) => {
      if (state === 'failed') onEnd({ code: 'device-lost', message, hint: 'Load the model anew.', data: {} });
    });
    return engine;
  } catch (error) {
    throw isRefusedWorker(error) ? refusedWorker(error) : error;
  }
}

/** Workers start only from the page's own origin, and a sandboxed frame has none. */
function isRefusedWorker(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === 'SecurityError';
}

function refusedWorker(error: DOMException): MixtabError {
  return new MixtabError(
    'worker-died',
    `engine worker: expected the page's origin to be the script's, got ${self.origin === 'null' ? 'a page without an origin' : self.origin}`,
    self.origin === 'null'
      ? 'Add allow-same-origin to the sandbox of the frame.'
      : "Serve the script and its workers from the page's own origin, or embed the widget as a frame.",
    {},
    error,
  );
}
