/** Hooks for React 18 and later: what `mixtab/react` exports. */
export type { ChatEngine } from '../client/chat-engine';
export type { Engine } from '../client/engine';
export type { StartOptions } from '../client/start-engine';
export type { ChatSettings, ChatState, ChatTurn } from './chat-store';
export type { EngineSettings, EngineState, EngineStatus } from './engine-store';
export { type UseChat, type UseChatOptions, useChat } from './use-chat';
export { type UseEngine, type UseEngineOptions, useEngine } from './use-engine';
