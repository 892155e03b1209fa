import type { ChatBody, ChatCompletionChunk, Engine, EngineOptions, RequestOptions } from '../client';

/** The part of the public library that the page uses: it streams all answers. */
export interface PageEngine extends Pick<Engine, 'info' | 'setBudget' | 'on' | 'countTokens' | 'stats' | 'unload'> {
  chat: {
    completions: {
      create(body: ChatBody & { stream: true }, options: RequestOptions): Promise<AsyncIterable<ChatCompletionChunk>>;
    };
  };
}

/** A model on a static host, or without an address one that lies in this browser. */
export interface PageModel {
  id: string;
  url?: string;
}

export type CreateEngine = (model: PageModel, options: EngineOptions) => Promise<PageEngine>;
