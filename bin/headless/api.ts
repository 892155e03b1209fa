import type { EngineRequest } from '../../src/client/request';
import type { Bandwidth } from '../../src/gpu/bandwidth';
import type { EngineStats, GenerateResult, LoadOptions, LoadProgress, ModelInfo } from '../../src/protocol/engine';
import type { ErrorData } from '../../src/protocol/errors';

/** What the headless page offers to the command, through Playwright. Everything crosses as JSON, so errors come as data. */
export interface HeadlessApi {
  load(model: HeadlessModel, options: LoadOptions): Promise<Outcome<ModelInfo>>;
  generate(request: HeadlessRequest): Promise<Outcome<Generated>>;
  /** What this adapter's floor of decode is made of: bytes a second of the best matvec, bytes that a token at `position` reads. */
  floor(position: number): Promise<Outcome<Floor>>;
}

export interface Floor {
  bandwidth: Bandwidth;
  bytesPerToken: number;
}

export interface HeadlessModel {
  id: string;
  /** Path of the pack's folder on the page's own server, with slashes at both ends. */
  path: string;
}

export interface HeadlessRequest extends Omit<EngineRequest, 'promptLogits'> {
  /** Path to which the prompt's logits are posted as float32 little-endian; JSON would take ten times their size. */
  logitsPath?: string | undefined;
  /** Tell the text as it comes. Each message costs time that the engine could use. */
  stream: boolean;
}

export interface Generated {
  result: Omit<GenerateResult, 'promptLogits'>;
  engine: EngineStats;
  /** When the first text was there, from the opening of the page; null when there was none. */
  firstTextMs: number | null;
}

export type Outcome<T> = { value: T; error?: undefined } | { error: ErrorData };

export type HeadlessEvent = { type: 'progress'; progress: LoadProgress } | { type: 'text'; text: string };

declare global {
  interface Window {
    mixtabHeadless: HeadlessApi;
    /** Put there by the command. */
    mixtabEvent?: (event: HeadlessEvent) => Promise<void>;
  }
}
