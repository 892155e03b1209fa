import type {
  ChatCompletion,
  ChatCompletionChunk,
  LocalChatCompletion,
  LocalTextCompletion,
  TextCompletionChunk,
} from './openai-answer';
import type { ChatBody, CompletionBody } from './openai-body';

export type * from './openai-answer';
export type * from './openai-body';

/** Leaving the `for await` loop cancels the answer. Aborting ends it with a last chunk whose `finish_reason` is `abort`. */
export type CompletionStream<C> = AsyncIterableIterator<C>;

export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

export interface Create<Body, Whole, Chunk> {
  /** A stream of chunks; failures come from the stream. */
  create(body: Body & { stream: true }, options?: RequestOptions): Promise<CompletionStream<Chunk>>;
  /** The whole answer. Aborting rejects with `aborted` (name `AbortError`), `data.text` being the part that was there. */
  create(body: Body & { stream?: false | null }, options?: RequestOptions): Promise<Whole>;
  create(body: Body, options?: RequestOptions): Promise<CompletionStream<Chunk> | Whole>;
}

/** Of this machine's engine, unless `Whole` says less: {@link ChatCompletion} is what every engine gives. */
export type ChatCompletions<Whole extends ChatCompletion = LocalChatCompletion> = Create<
  ChatBody,
  Whole,
  ChatCompletionChunk
>;
export type Completions<Whole = LocalTextCompletion> = Create<CompletionBody, Whole, TextCompletionChunk>;
