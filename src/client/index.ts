/** The public library. */
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
export { connectEngine, createEngine, type EngineOptions } from './create-engine';
export type { ClientEvent, Engine, GenerateOptions } from './engine';
export { Library, openLibrary } from './library';
export type * from './openai';
export type { EngineRequest } from './request';
