import type { ChatBody, ChatCompletionChunk, Engine, EngineOptions, ModelRef, RequestOptions } from '../client';

/** The part of the public library that the page uses: it streams all answers. */
export interface PageEngine extends Pick<Engine, 'info' | 'setBudget' | 'on' | 'countTokens' | 'stats' | 'unload'> {
  chat: {
    completions: {
      create(body: ChatBody & { stream: true }, options: RequestOptions): Promise<AsyncIterable<ChatCompletionChunk>>;
    };
  };
}

export type CreateEngine = (model: ModelRef, options: EngineOptions) => Promise<PageEngine>;
