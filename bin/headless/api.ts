import type { EngineRequest } from '../../src/client/request';
import type { Bandwidth } from '../../src/gpu/bandwidth';
import type {
  EngineStats,
  GenerateResult,
  GenerateStats,
  LoadOptions,
  LoadProgress,
  ModelInfo,
} from '../../src/protocol/engine';
import type { ErrorData } from '../../src/protocol/errors';
import type { ImportProgress } from '../../src/protocol/library';
import type { EvalText } from '../../src/reference/evaluate';
import type { ReadSpeed } from '../../src/synthetic/read-speed';
import type { SyntheticModel } from '../../src/synthetic/shape';
import type { LossyRun, LossyTrial } from './lossy';
import type { PrunedRun } from './pruning';

/** What the headless page offers to the command, through Playwright. Everything crosses as JSON, so errors come as data. */
export interface HeadlessApi {
  load(model: HeadlessModel, options: LoadOptions): Promise<Outcome<ModelInfo>>;
  generate(request: HeadlessRequest): Promise<Outcome<Generated>>;
  /** What this adapter's floor of decode is made of: bytes a second of the best matvec, bytes that a token at `position` reads. */
  floor(position: number): Promise<Outcome<Floor>>;
  /** Unloads the model and ends its worker. Resolves to the GPU memory that it still held after it. */
  unload(): Promise<Outcome<{ gpuBytes: number }>>;
  syntheticState(model: SyntheticModel): Promise<Outcome<{ storedBytes: number; totalBytes: number }>>;
  /** Makes what is not stored of a synthetic model, which `load` then takes by its id. */
  makeSynthetic(model: SyntheticModel): Promise<Outcome<null>>;
  /** Reads lists of records of a stored model to the GPU, `inFlight` at once, one list after the other. */
  readLoop(id: string, lists: string[][], inFlight: number): Promise<Outcome<ReadSpeed[]>>;
  /** Groups of texts, as token ids, through the embedded model: exactly, and in each of the trial's lossy modes. */
  lossyTrial(trial: LossyTrial, groups: number[][][]): Promise<Outcome<LossyRun[]>>;
  /** Prunes the embedded model to so many experts a layer, and gives the packs the texts. */
  pruningTrial(texts: EvalText[], counts: number[]): Promise<Outcome<PrunedRun[]>>;
}

export interface Floor {
  bandwidth: Bandwidth;
  bytesPerToken: number;
}

/** Paths are on the page's own server. */
export type HeadlessModel =
  /** A pack's folder, with slashes at both ends. */
  | { id: string; path: string }
  /** A checkpoint, a .gguf file or a folder, that is imported first unless it is in the browser's store. */
  | { id: string; importFrom: string; format: 'q4' | 'q8' }
  /** One that is in the browser's store. */
  | { id: string; stored: true };

export interface HeadlessRequest extends Omit<EngineRequest, 'promptLogits' | 'promptLogprobs'> {
  /** Path to which the prompt's logits are posted as float32 little-endian; JSON would take ten times their size. */
  logitsPath?: string | undefined;
  /** Tell the text as it comes. Each message costs time that the engine could use. */
  stream: boolean;
}

export interface Generated {
  result: Omit<GenerateResult, 'promptLogits'>;
  engine: EngineStats;
  /** As they were when the first token was there; null when there was none. */
  firstStats: GenerateStats | null;
  /** When the first text was there, from the opening of the page; null when there was none. */
  firstTextMs: number | null;
}

export type Outcome<T> = { value: T; error?: undefined } | { error: ErrorData };

export type HeadlessEvent =
  | { type: 'import'; progress: ImportProgress }
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'text'; text: string };

declare global {
  interface Window {
    mixtabHeadless: HeadlessApi;
    /** Put there by the command. */
    mixtabEvent?: (event: HeadlessEvent) => Promise<void>;
  }
}
