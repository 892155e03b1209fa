/** The public library. */
export type { GpuLimits } from '../gpu/device';
export type { ModelConfig } from '../model/config';
export type { Formats, LayerFormats, MatrixFormat, ModelShape } from '../pack/formats';
export type { BudgetReport, Expectation, Speeds } from '../paging/expectation';
export type {
  BudgetInfo,
  ChatMessage,
  EngineStats,
  GenerateDelta,
  GenerateResult,
  LoadProgress,
  ModelInfo,
  ModelRef,
  SamplingParams,
} from '../protocol/engine';
export { ERROR_CODES, type ErrorCode, MixtabError } from '../protocol/errors';
export type * from '../protocol/library';
export { parseHubAddress } from '../sources/hub-address';
export { requestPersistence } from '../store/quota';
export type { ChatEngine, Origin } from './chat-engine';
export { connectEngine, createEngine, type EngineOptions } from './create-engine';
export type { ClientEvent, Engine, GenerateOptions } from './engine';
export { Library, openLibrary } from './library';
export type * from './openai';
export type { EngineRequest } from './request';
export type { ServerEngine } from './server-engine';
export type { ServerRef } from './server-link';
export { checkSupport, type Support, type SupportOptions } from './support';
export type { SupportedModel } from './support-shape';
