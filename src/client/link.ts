import type {
  EngineApi,
  EngineEvent,
  GenerateDelta,
  GenerateRequest,
  GenerateResult,
  ModelInfo,
} from '../protocol/engine';
import type { MixtabError } from '../protocol/errors';

/**
 * Where the engine runs that several tabs share: in a worker of this tab, or of another one. `moving`: that tab is gone, and another is
 * loading the model; what is asked meanwhile waits.
 */
export type SharingEvent = { type: 'sharing'; runs: 'here' | 'elsewhere' | 'moving' };

/** What comes through a link: what the engine tells, and where it runs. */
export type LinkEvent = EngineEvent | SharingEvent;

/**
 * The page's end of a loaded model, wherever its engine lives: a worker of this tab, or the worker of another tab. Every call rejects with
 * `ended` once the engine is gone.
 */
export interface EngineLink extends Omit<EngineApi, 'load' | 'generate' | 'cancel' | 'subscribe'> {
  readonly info: ModelInfo;
  /** Why the engine is gone, or null while it lives. */
  readonly ended: MixtabError | null;
  generate(request: GenerateRequest, onDelta: (delta: GenerateDelta) => void): Promise<GenerateResult>;
  cancel(requestId: string): void;
  /** `onEvent` hears the engine; `onEnd` is called once, before the calls under way reject. One listener: the client's. */
  listen(onEvent: (event: LinkEvent) => void, onEnd: (reason: MixtabError) => void): void;
  /** Ends this tab's part: calls under way and later ones reject with `reason`. */
  end(reason: MixtabError): void;
}
