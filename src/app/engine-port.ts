import type {
  BudgetInfo,
  ChatMessage,
  EngineEvent,
  EngineStats,
  GenerateStats,
  LoadProgress,
  ModelInfo,
  ModelRef,
} from '../protocol/engine';

/** The part of the public library that the page uses. `createEngine` of src/client fits it. */
export interface EnginePort {
  info: ModelInfo;
  /** Bytes in, what they give out. Rejects with `budget-too-small`, whose data names `leastBytes`. */
  setBudget(bytes: number): Promise<BudgetInfo>;
  on<T extends EngineEvent['type']>(type: T, listener: (event: Extract<EngineEvent, { type: T }>) => void): () => void;
  chat: { completions: { create(request: AnswerRequest): Promise<AsyncIterable<AnswerChunk>> } };
  countTokens(messages: ChatMessage[]): Promise<number>;
  stats(): Promise<EngineStats>;
  unload(): Promise<void>;
}

export type CreateEngine = (
  model: ModelRef,
  options: { budgetBytes?: number; onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal },
) => Promise<EnginePort>;

export interface AnswerRequest {
  messages: ChatMessage[];
  temperature: number;
  top_p: number;
  max_tokens: number;
  seed?: number;
  stream: true;
  signal: AbortSignal;
}

export interface AnswerChunk {
  choices: { delta: { content?: string }; finish_reason: 'stop' | 'length' | 'abort' | null }[];
  /** `picks` is `[token][layer][k]` expert ids of the tokens of this chunk. */
  mixtab: { stats: GenerateStats; picks: number[][][] };
}
