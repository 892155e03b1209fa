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

/** The part of the public library that the page uses: it streams all answers. */
export interface PageEngine extends Pick<Engine, 'info' | 'setBudget' | 'on' | 'countTokens' | 'stats' | 'unload'> {
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
}

export type CreateEngine = (model: ModelRef, options: EngineOptions) => Promise<PageEngine>;
