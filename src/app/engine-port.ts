import type {
  ChatBody,
  ChatCompletionChunk,
  CompletionBody,
  Engine,
  EngineOptions,
  ModelRef,
  RequestOptions,
  TextCompletionChunk,
} from '../client';

/** The parts of the public library that the page uses: it streams all answers. */
interface Answering {
  completions: {
    create(
      body: CompletionBody & { prompt: string; stream: true },
      options: RequestOptions,
    ): Promise<AsyncIterable<TextCompletionChunk>>;
  };
  chat: {
    completions: {
      create(body: ChatBody & { stream: true }, options: RequestOptions): Promise<AsyncIterable<ChatCompletionChunk>>;
    };
  };
  unload(): Promise<void>;
}

/** A model on this device. */
export interface LocalEngine
  extends Answering,
    Pick<Engine, 'info' | 'setBudget' | 'on' | 'countTokens' | 'tokenize' | 'generate' | 'stats'> {
  origin: { type: 'local' };
}

/** A model on a server that the user named. */
export interface RemoteEngine extends Answering {
  origin: { type: 'server'; baseUrl: string };
  model: string;
}

export type PageEngine = LocalEngine | RemoteEngine;

export interface ServerAddress {
  /** Of an OpenAI-compatible API, e.g. `https://gpu.example.com/v1`. */
  baseUrl: string;
  model: string;
  /** Goes to that server alone, and is forgotten with the page. */
  apiKey?: string | undefined;
}

export type CreateEngine = (model: ModelRef, options: EngineOptions) => Promise<LocalEngine>;
export type ConnectServer = (server: ServerAddress, options: { signal: AbortSignal }) => Promise<RemoteEngine>;

export function isLocal(engine: PageEngine): engine is LocalEngine {
  return engine.origin.type === 'local';
}
