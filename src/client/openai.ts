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

/** What goes with a request besides its body. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

/** One of the APIs: asks the model. */
export interface Create<Body, Whole, Chunk> {
  /** A stream of chunks; failures come from the stream. */
  create(body: Body & { stream: true }, options?: RequestOptions): Promise<CompletionStream<Chunk>>;
  /** The whole answer. Aborting rejects with `aborted` (name `AbortError`), `data.text` being the part that was there. */
  create(body: Body & { stream?: false | null }, options?: RequestOptions): Promise<Whole>;
  /** Either, where the body decides. */
  create(body: Body, options?: RequestOptions): Promise<CompletionStream<Chunk> | Whole>;
}

/** Of this machine's engine, unless `Whole` says less: {@link ChatCompletion} is what every engine gives. */
export type ChatCompletions<Whole extends ChatCompletion = LocalChatCompletion> = Create<
  ChatBody,
  Whole,
  ChatCompletionChunk
>;
/** Of this machine's engine, unless `Whole` says less, as {@link ChatCompletions}. */
export type Completions<Whole = LocalTextCompletion> = Create<CompletionBody, Whole, TextCompletionChunk>;
