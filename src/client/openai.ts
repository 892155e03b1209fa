import type { FinishReason, GenerateResult, GenerateStats } from '../protocol/engine';

/** OpenAI's chat and text completion shapes, as far as one local model has use for them. */

type TextPart = { type: 'text'; text: string };

export type ChatMessageParam =
  | { role: 'system' | 'developer' | 'user'; content: string | TextPart[]; name?: string }
  | {
      role: 'assistant';
      content?: string | TextPart[] | null;
      name?: string;
      tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
    }
  | { role: 'tool'; content: string | TextPart[]; tool_call_id: string };

/** Fields of both APIs. `top_k`, `min_p` and `repetition_penalty` are vLLM's. */
export interface CompletionSettings {
  temperature?: number | null;
  top_p?: number | null;
  /** 0 or -1 turns it off. */
  top_k?: number | null;
  min_p?: number | null;
  typical_p?: number | null;
  repetition_penalty?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  seed?: number | null;
  /** Default: to the end of the context. */
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  stop?: string | string[] | null;
  /** `include_usage`: one more chunk at the end, with `usage` and no choice. */
  stream_options?: { include_usage?: boolean } | null;
  /** Taken and not used: one engine has one model. */
  model?: string;
  user?: string;
  n?: 1 | null;
}

export type ChatBody = CompletionSettings & { messages: ChatMessageParam[]; stream?: boolean | null };
export type CompletionBody = CompletionSettings & { prompt: string | number[]; stream?: boolean | null };

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
}

/** What only this engine can tell. */
export interface ChunkExtras {
  stats: GenerateStats;
  /** `[token][layer][k]` expert ids of this chunk's tokens. */
  picks: number[][][];
}

export interface ResultExtras {
  stats: GenerateStats;
  /** `[layer][token][k]` expert ids over the prompt's computed tokens and the generated ones. */
  routing: GenerateResult['routing'];
}

interface Head<O extends string> {
  id: string;
  object: O;
  /** Seconds since 1970. */
  created: number;
  model: string;
}

export interface ChatCompletion extends Head<'chat.completion'> {
  choices: { index: 0; message: { role: 'assistant'; content: string }; finish_reason: FinishReason }[];
  usage: Usage;
  mixtab: ResultExtras;
}

export interface ChatCompletionChunk extends Head<'chat.completion.chunk'> {
  choices: { index: 0; delta: { role?: 'assistant'; content?: string }; finish_reason: FinishReason | null }[];
  usage?: Usage | null;
  mixtab?: ChunkExtras;
}

export interface TextCompletion extends Head<'text_completion'> {
  choices: { index: 0; text: string; finish_reason: FinishReason }[];
  usage: Usage;
  mixtab: ResultExtras;
}

export interface TextCompletionChunk extends Head<'text_completion'> {
  choices: { index: 0; text: string; finish_reason: FinishReason | null }[];
  usage?: Usage | null;
  mixtab?: ChunkExtras;
}

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

export type ChatCompletions = Create<ChatBody, ChatCompletion, ChatCompletionChunk>;
export type Completions = Create<CompletionBody, TextCompletion, TextCompletionChunk>;
