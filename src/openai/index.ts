/** OpenAI's HTTP API without a server: what `mixtab/openai` exports. */
export type { ChatEngine, Origin } from '../client/chat-engine';
export type * from '../client/openai';
export { openAiFetch } from '../client/openai-fetch';
