import type { ChatCompletion, ChatCompletions, Completions, TextCompletion } from './openai';

/** Where answers come from: this machine, or a server that was named. Never the one in place of the other. */
export type Origin = { type: 'local' } | { type: 'server'; baseUrl: string };

/** What every engine can do, wherever its model runs. */
export interface ChatEngine {
  readonly origin: Origin;
  /** The model's id, as `/v1/models` lists it. */
  readonly model: string;
  /** OpenAI's chat API. */
  readonly chat: { readonly completions: ChatCompletions<ChatCompletion> };
  /** OpenAI's text completion API. */
  readonly completions: Completions<TextCompletion>;
  /**
   * OpenAI's HTTP API without a server, for clients that take a `fetch`: answers `/v1/models`, `/v1/chat/completions` and `/v1/completions`
   * whatever the host of the URL. Bound: it can be passed on as it is.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Ends the engine: later calls reject with `model-not-loaded`. */
  unload(): Promise<void>;
}
