import OpenAI from 'openai';
import type { ChatEngine } from '../../src/client';

/** OpenAI's own client, unchanged, asking an engine. */
export function officialClient({ fetch }: ChatEngine): OpenAI {
  return new OpenAI({ apiKey: '-', baseURL: 'http://mixtab/v1', fetch, dangerouslyAllowBrowser: true });
}

/** A short story of the embedded model, always the same. */
export const STORY_SETTINGS = {
  model: 'tiny',
  messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] as OpenAI.ChatCompletionMessageParam[],
  max_tokens: 16,
  temperature: 1,
  seed: 5,
};
