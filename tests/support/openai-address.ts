import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    openAiServer: string;
    openAiServerWithoutCors: string;
  }
}

/** Where the servers of the whole browser run are; tests/support/openai-setup.ts says what they answer. */
export function openAiServers(): { baseUrl: string; withoutCors: string } {
  return { baseUrl: inject('openAiServer'), withoutCors: inject('openAiServerWithoutCors') };
}
