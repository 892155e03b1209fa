/** WebLLM's names over Mixtab: what `mixtab/web-llm` exports. docs/guides/web-llm.md says what differs. */
export type { Engine } from '../client/engine';
export type {
  ChatMessageParam as ChatCompletionMessageParam,
  FunctionTool as ChatCompletionTool,
  LocalUsage as CompletionUsage,
  ResponseFormat,
  ToolChoiceParam as ChatCompletionToolChoiceOption,
} from '../client/openai';
export type { StartOptions } from '../client/start-engine';
export type { ChatCompletion, ChatCompletionChunk, Completion, TextCompletionChunk } from './answers';
export type { ChatApi, TextApi } from './apis';
export {
  type AppConfig,
  type ChatOptions,
  type InitProgressCallback,
  type InitProgressReport,
  type MixtabConfig,
  type MLCEngineConfig,
  type ModelRecord,
  prebuiltAppConfig,
} from './config';
export { CreateMLCEngine, CreateWebWorkerMLCEngine, WebWorkerMLCEngine, WebWorkerMLCEngineHandler } from './create';
export { WebLLMError } from './errors';
export { MLCEngine, type MLCEngineInterface } from './mlc-engine';
export { deleteModelAllInfoInCache, deleteModelInCache, hasModelInCache } from './models';
export type { ChatCompletionRequest, CompletionCreateParams, ExtraBody } from './requests';
