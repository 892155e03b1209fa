import type { ErrorData } from './errors';
import type { LossyOptions, PagingOptions, PagingStats, PolicyName } from './paging';
import type { Trace } from './trace';

/** What the engine worker exposes to the page. All types here are structured-cloneable. */
export interface EngineApi {
  /**
   * Makes a model ready; of one on a host, fetches, verifies and stores first what is missing. A second call unloads the first model.
   * Of the library rejects with `model-not-found`, with `import-incomplete` where dense weights are still missing.
   */
  load(model: ModelRef, options: LoadOptions, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /**
   * Runs one request; requests queue in order. Rejects with `aborted` when cancelled before the first token, with `import-incomplete` when it
   * needs an expert that no import brings: it can be asked again after a resume.
   */
  generate(request: GenerateRequest, onDelta: (delta: GenerateDelta) => void): Promise<GenerateResult>;
  /** Stops the request within one layer's work. Unknown ids are ignored: the answer may just have ended. */
  cancel(requestId: string): void;
  /** Changes the GPU memory budget (bytes), also in mid-answer. Rejects with `budget-too-small`, whose data names the least. */
  setBudget(budgetBytes: number): Promise<BudgetInfo>;
  /** Engine-wide events, at most one batch a frame (16 ms). */
  subscribe(listener: (event: EngineEvent) => void): void;
  /** Tokens of a conversation as the model is given it: through its chat template, BOS included. */
  countTokens(messages: ChatMessage[], tools?: Tool[]): Promise<number>;
  /** Plain text to ids; control tokens spelt out in it stay text. */
  tokenize(text: string, options: { addBos: boolean }): Promise<number[]>;
  /** Ids to text, without control tokens. */
  detokenize(ids: number[]): Promise<string>;
  /** The text that the chat template makes of a conversation. Rejects with `template-failed`. */
  applyChatTemplate(messages: ChatMessage[], tools?: Tool[]): Promise<string>;
  /** The engine at this moment. */
  stats(): Promise<EngineStats>;
  /** Frees everything on the GPU; `stats().gpuBytes` is 0 afterwards. */
  unload(): Promise<void>;
}

/** Which model: one of this browser's library, or a pack on a static host. */
export interface ModelRef {
  /** Stable name, also the name of its IndexedDB database, e.g. `tiny`. */
  id: string;
  /**
   * Absolute URL of a folder that holds `manifest.json`, with a trailing slash: what is not stored yet is fetched from there. Without it the
   * model is taken from the library as it is, an unfinished one too where its dense weights are there.
   */
  url?: string | undefined;
}

/** How a model is loaded. */
export interface LoadOptions {
  /** All GPU memory that the engine may take, bytes. Default: everything resident, as far as the adapter allows. */
  budgetBytes?: number | undefined;
  /** Positions that the KV cache holds. Default: the model's own, at most 4096. */
  contextLength?: number | undefined;
  /** Matvec variant by name instead of the tuner's pick (benchmarks and tests). */
  kernelVariant?: string | undefined;
  paging?: PagingOptions | undefined;
  lossy?: LossyOptions | undefined;
}

/** What a load is about: its description, its bytes, its kernels, its way to the GPU. */
export type LoadPhase = 'manifest' | 'download' | 'shaders' | 'weights' | 'ready';

/** How far a load is. */
export interface LoadProgress {
  phase: LoadPhase;
  /** Overall, 0..1, never falling. */
  progress: number;
  loadedBytes: number;
  totalBytes: number;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

/** A GPU memory budget and what it buys, bytes. */
export interface BudgetInfo {
  budgetBytes: number;
  /** Least legal budget: dense weights, KV cache, activations and the fewest slots. */
  leastBytes: number;
  /** Budget at which every expert is resident. */
  mostBytes: number;
  /** Dense weights, KV cache, activations, tables: what is not slots. */
  fixedBytes: number;
  slotBytes: number;
  slots: number;
}

/** A loaded model. */
export interface ModelInfo {
  id: string;
  name: string;
  layers: number;
  experts: number;
  topK: number;
  vocabSize: number;
  contextLength: number;
  parameters: number;
  packBytes: number;
  adapter: string;
  /** The adapter is a program on the CPU: its speed says nothing of a GPU's. */
  softwareAdapter: boolean;
  kernelVariant: string;
  /** The longest context that the model was trained for, and the bytes of the KV cache at `contextLength`. */
  maxContextLength: number;
  kvBytes: number;
  /** How it was loaded: an engine that tabs share keeps what the first of them asked for. `ramBytes` is null where none was named. */
  loaded: { policy: PolicyName; ramBytes: number | null; lossy: LossyOptions };
  /** The model's own defaults (generation_config.json). */
  defaults: { temperature: number; topP: number };
  /** Whether it has a chat template. A base model has none: it goes on with a text, and refuses messages with `template-failed`. */
  chat: boolean;
  budget: BudgetInfo;
  /** Set when the weights could not be stored and live in memory only. */
  notice: ErrorData | null;
}

/** A message as the model's chat template is given it. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: ToolCall[] | undefined }
  /** What a tool returned for the call of that id. */
  | { role: 'tool'; content: string; toolCallId: string };

/** A function that the model may call. */
export interface Tool {
  name: string;
  description?: string | undefined;
  /** JSON Schema of the arguments, an object's. Default: any object. */
  parameters?: Record<string, unknown> | undefined;
}

/** `auto`: the model decides; `required`: it calls at least one; `{name}`: it calls that one. */
export type ToolChoice = 'none' | 'auto' | 'required' | { name: string };

/** A call that the model made. */
export interface ToolCall {
  /** Nine letters and digits, as Mistral's templates ask for. */
  id: string;
  name: string;
  /** JSON text of an object. */
  arguments: string;
}

/** What the whole answer must be; no token that leads elsewhere is sampled. */
export type Constraint =
  | { type: 'json' }
  /** JSON text of a JSON Schema. */
  | { type: 'json-schema'; schema: string }
  /** EBNF as XGrammar reads it; its first rule is `root`. */
  | { type: 'grammar'; ebnf: string };

/** Names and ranges as in OpenAI's and vLLM's APIs; temperature 0 is greedy. */
export interface SamplingParams {
  temperature: number;
  /** 0 turns it off. */
  topK: number;
  topP: number;
  minP: number;
  /** Locally typical sampling (arXiv 2202.00666): the mass of the tokens kept whose surprise is nearest to the entropy; 1 turns it off. */
  typicalP: number;
  repetitionPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  /** Unsigned 32 bits. The same seed, prompt and settings give the same text. */
  seed: number;
}

/** One request, complete. */
export interface GenerateRequest {
  id: string;
  input:
    | {
        messages: ChatMessage[];
        tools?: Tool[] | undefined;
        toolChoice?: ToolChoice | undefined;
        /** The last message is an answer that was cut: goes on with it, and tells only what is new. */
        continueFinal?: boolean | undefined;
      }
    | { prompt: string }
    | { ids: number[] };
  sampling: SamplingParams;
  maxTokens: number;
  stop: string[];
  /** `[id, bias]`, biases from -100 to 100 added to these tokens' logits before all else, as in OpenAI's API. */
  logitBias?: [number, number][] | undefined;
  /** Tell each generated token's log probability, and that of so many likeliest tokens beside it, 0 to 20. */
  logprobs?: number | undefined;
  constraint?: Constraint | undefined;
  /**
   * By layer the experts that the routers may pick, ascending, as many as a token uses at least: the answer is that of a model pruned to
   * them. Scores are then softmax over these, and 0 for the others. Default: all.
   */
  experts?: number[][] | undefined;
  /** Return the logits at every prompt position. As with `promptLogprobs`, the whole prompt is computed, whatever of it is in the KV cache. */
  promptLogits?: boolean | undefined;
  /** Return the log probability of every prompt token. */
  promptLogprobs?: boolean | undefined;
  /** Return what every router said. */
  trace?: boolean | undefined;
  /**
   * The answer's first tokens, from an engine that is gone: told again, without picks and weights, and not chosen anew. Where their logits
   * are needed, by a constraint, log probabilities or what the CPU samples, and with a trace, they are ignored and the answer is given from
   * the start.
   */
  begun?: number[] | undefined;
}

/** Natural logarithm of a token's probability: log softmax of the logits as the model gave them, before bias, penalties and temperature. */
export interface TokenLogprob {
  id: number;
  /** Its text by itself; where it is part of a character, U+FFFD. */
  token: string;
  /** UTF-8 of its text; null for control tokens. */
  bytes: number[] | null;
  logprob: number;
}

/** With the likeliest tokens at its place, the likeliest first. */
export interface ChosenLogprob extends TokenLogprob {
  top: TokenLogprob[];
}

/** A batch of newly generated tokens, at most one in 16 ms. */
export interface GenerateDelta {
  text: string;
  ids: number[];
  /**
   * What each of those tokens added to the answer's text: '' for an end token and for the first bytes of a character. All of an answer's are
   * its text before stop strings and calls are taken out.
   */
  pieces: string[];
  /** `[token][layer][k]` expert ids of those tokens. */
  picks: number[][][];
  /** `[token][layer][k]` share of each pick in its layer's output; a layer's sum to 1. */
  weights: number[][][];
  /** Of those tokens, when asked for; an end token has none. */
  logprobs?: ChosenLogprob[] | undefined;
  /** Calls that became complete with those tokens; their text is not in `text`. */
  toolCalls?: ToolCall[] | undefined;
  stats: GenerateStats;
}

/** `tool_calls`: the model called tools; `abort` is not OpenAI's: the answer was stopped. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'abort';

/** A whole answer. */
export interface GenerateResult {
  text: string;
  ids: number[];
  promptIds: number[];
  finishReason: FinishReason;
  logprobs?: ChosenLogprob[] | undefined;
  toolCalls?: ToolCall[] | undefined;
  stats: GenerateStats;
  /** `[layer][token][k]` expert ids over the prompt's computed tokens and the generated ones. */
  routing: number[][][];
  /** float32 `[prompt tokens][vocab]`, when asked for. */
  promptLogits?: Float32Array<ArrayBuffer> | undefined;
  /**
   * float32 `[prompt tokens]`, when asked for: natural logarithm of each token's probability given those before it, before bias, penalties
   * and temperature. 0 for the first, which nothing stands before: minus the sum over the others' number is the mean nats a token.
   */
  promptLogprobs?: Float32Array<ArrayBuffer> | undefined;
  /** Of the tokens that this request computed, when asked for. */
  trace?: Trace | undefined;
}

/** Figures of one request. */
export interface GenerateStats {
  ttftMs: number;
  promptTokens: number;
  /** Prompt tokens found in the KV cache and not computed again. */
  cachedTokens: number;
  prefillTokens: number;
  prefillTokensPerSecond: number;
  decodeTokens: number;
  decodeTokensPerSecond: number;
  /** Picks found resident and picks that had to be paged in, over this request. */
  hits: number;
  misses: number;
  bytesPaged: number;
  /** Those three and more, by layer. */
  paging: PagingStats;
  /** Decode alone. */
  submits: number;
  readbacks: number;
  dispatches: number;
  gpuBytes: number;
}

/** An engine at this moment. */
export interface EngineStats {
  gpuBytes: number;
  budget: BudgetInfo | null;
  loadMs: number;
  expertsTotal: number;
  adapter: string;
}

/** Where an expert is. Index `layer * experts + expert`. */
export const RESIDENCY = { absent: 0, loading: 1, resident: 2 } as const;

/** What an engine tells on its own. */
export type EngineEvent =
  | { type: 'residency'; states: Uint8Array; evictions: number }
  /** Picks and their weights `[token][layer][k]` of tokens just generated, by request. */
  | { type: 'routing'; requestId: string; picks: number[][][]; weights: number[][][] }
  /** Figures of paging since the request under way began. */
  | { type: 'paging'; requestId: string; stats: PagingStats }
  | { type: 'budget'; budget: BudgetInfo }
  | { type: 'devicelost'; state: 'recovering' | 'recovered' | 'failed'; message: string }
  | { type: 'notice'; notice: ErrorData };
