import type { GenerateResult, GenerateStats } from '../protocol/engine';
import type { ChatToolCall } from './openai-body';

/** What is answered: OpenAI's shapes. What a `Local...` has beyond them, only this machine's engine can tell. */

/** `content_filter` is only ever a server's. */
export type ChatFinish = 'stop' | 'length' | 'tool_calls' | 'content_filter';
/** As {@link ChatFinish}, of text completions. */
export type TextFinish = 'stop' | 'length' | 'content_filter';

interface Head<O extends string> {
  id: string;
  object: O;
  /** Seconds since 1970. */
  created: number;
  model: string;
  /** Adapter and kernels: where they differ, the last bits of an answer may. */
  system_fingerprint?: string;
}

/** Tokens of the request and of the answer. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number };
}

/** As {@link Usage}, with what this machine's engine measured. */
export interface LocalUsage extends Usage {
  prompt_tokens_details: { cached_tokens: number };
  extra: UsageExtra;
}

/** Seconds and tokens a second under WebLLM's names, and what paging did. */
export interface UsageExtra {
  /** From the call to the answer, waiting for other requests included. */
  e2e_latency_s: number;
  prefill_tokens_per_s: number;
  decode_tokens_per_s: number;
  time_to_first_token_s: number;
  time_per_output_token_s: number;
  /** Picks of experts found on the GPU and not; `hitRate` is 1 where there were none. */
  moe: { hits: number; misses: number; hitRate: number; bytesPaged: number; stallMs: number };
}

/** A token and the natural logarithm of its probability, before bias, penalties and temperature. */
export interface Logprob {
  token: string;
  /** UTF-8 of the token; null for control tokens. */
  bytes: number[] | null;
  logprob: number;
}

/** The answer's tokens, each with the likeliest at its place. */
export interface ChatLogprobs {
  content: (Logprob & { top_logprobs: Logprob[] })[] | null;
  refusal: null;
}

/** OpenAI's older shape, of text completions. */
export interface TextLogprobs {
  tokens: string[];
  token_logprobs: number[];
  /** The likeliest tokens and the one taken, by their text. */
  top_logprobs: Record<string, number>[];
  /** Where each token begins in the answer, in characters. */
  text_offset: number[];
}

/** What only this engine can tell of an answer. */
export interface ResultExtras {
  stats: GenerateStats;
  /** `[layer][token][k]` expert ids over the prompt's computed tokens and the generated ones. */
  routing: GenerateResult['routing'];
}

/** What only this engine can tell of a chunk. */
export interface ChunkExtras {
  stats: GenerateStats;
  /** What each of this chunk's tokens added to the text, calls included. */
  pieces: string[];
  /** `[token][layer][k]` expert ids of this chunk's tokens. */
  picks: number[][][];
  /** `[token][layer][k]` share of each pick in its layer's output. */
  weights: number[][][];
}

/** One of `n` answers. */
export interface ChatChoice {
  index: number;
  message: { role: 'assistant'; content: string | null; refusal: string | null; tool_calls?: ChatToolCall[] };
  logprobs: ChatLogprobs | null;
  finish_reason: ChatFinish;
}

/** A whole answer of the chat API. */
export interface ChatCompletion extends Head<'chat.completion'> {
  choices: ChatChoice[];
  usage?: Usage;
}

/** A whole answer of this machine's engine. */
export interface LocalChatCompletion extends ChatCompletion {
  choices: (ChatChoice & { mixtab: ResultExtras })[];
  usage: LocalUsage;
}

/** What a chunk adds to a message. */
export interface ChatDelta {
  role?: 'assistant';
  content?: string | null;
  refusal?: string | null;
  tool_calls?: ToolCallDelta[];
}

/** What a chunk adds to a tool call. */
export interface ToolCallDelta {
  /** Which call of the answer this is a part of. */
  index: number;
  id?: string;
  type?: 'function';
  function?: { name?: string; arguments?: string };
}

/** A part of a streamed answer of the chat API. */
export interface ChatCompletionChunk<Finish = ChatFinish | 'abort'> extends Head<'chat.completion.chunk'> {
  choices: { index: number; delta: ChatDelta; logprobs?: ChatLogprobs | null; finish_reason: Finish | null }[];
  usage?: Usage | null;
  mixtab?: ChunkExtras;
}

/** One of `n` answers to a prompt. */
export interface TextChoice {
  index: number;
  text: string;
  logprobs: TextLogprobs | null;
  finish_reason: TextFinish;
}

/** A whole answer of the text completion API. */
export interface TextCompletion extends Head<'text_completion'> {
  choices: TextChoice[];
  usage?: Usage;
}

/** A whole text completion of this machine's engine. */
export interface LocalTextCompletion extends TextCompletion {
  choices: (TextChoice & { mixtab: ResultExtras })[];
  usage: LocalUsage;
}

/** A part of a streamed answer of the text completion API. */
export interface TextCompletionChunk extends Head<'text_completion'> {
  choices: { index: number; text: string; logprobs: TextLogprobs | null; finish_reason: TextFinish | 'abort' | null }[];
  usage?: Usage | null;
  mixtab?: ChunkExtras;
}
