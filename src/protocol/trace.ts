/** A run's routing: what every router said, step by step. src/paging/trace.ts reads and writes it as a file. */
export interface Trace {
  model: TraceModel;
  steps: TraceStep[];
}

/** Shape and formats of the model that a trace is of. */
export interface TraceModel {
  name: string;
  nLayers: number;
  nExperts: number;
  topK: number;
  /** What an expert's record holds, the longest where they differ, and what the GPU reads for a token: what time is reckoned from. */
  expertBytes: number;
  tokenBytes: number;
}

/** What went through the layers together: a chunk of a prompt, or one generated token. */
export interface TraceStep {
  phase: 'prefill' | 'decode';
  /** Whether a prompt ends with this chunk: its last token's picks are then kept as decode's are. True of decode. */
  last: boolean;
  tokens: TraceToken[];
}

/** What the routers said of one token. */
export interface TraceToken {
  /** `[layer][k]` expert ids, the highest score first. */
  picks: number[][];
  /** `[layer][expert]` softmax over all of the layer's experts. */
  scores: ArrayLike<number>[];
}
