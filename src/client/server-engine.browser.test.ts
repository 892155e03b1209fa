import { describe, expect, it } from 'vitest';
import { openAiServers } from '../../tests/support/openai-address';
import { createEngine } from './create-engine';
import type { ChatCompletionChunk } from './openai';

/** What only a browser does: CORS, preflights, and bodies that arrive in pieces. The rest is in tests/server-engine.test.ts. */
const { baseUrl, withoutCors } = openAiServers();
const connect = () => createEngine({ baseUrl, model: 'mixtral', apiKey: 'secret' });

async function ask(content: string, signal?: AbortSignal) {
  const engine = await connect();
  return engine.chat.completions.create({ messages: [{ role: 'user', content }], stream: true }, { signal });
}

/** A connection that breaks takes with it what the page has not read yet. */
const tellHeard = async (text: string) => text === 'Hi' && fetch(`${baseUrl}/heard`);

async function read(stream: AsyncIterable<ChatCompletionChunk>, onText: (text: string) => unknown): Promise<string> {
  let told = '';
  for await (const { choices } of stream) {
    told += choices[0]?.delta.content ?? `(${choices[0]?.finish_reason})`;
    await onText(told);
  }
  return told;
}

describe('a server of another origin', () => {
  it('is asked chunk by chunk', async () => {
    expect(await read(await ask('wait'), tellHeard)).toBe('Hi.(stop)');
  });

  it('that breaks off in the middle is an error', async () => {
    let told = '';
    const reading = read(await ask('cut'), async (text) => {
      told = text;
      await tellHeard(text);
    });
    await expect(reading).rejects.toMatchObject({ code: 'network-failed' });
    expect(told).toBe('Hi');
  });

  it('is told of an abort', async () => {
    const controller = new AbortController();
    expect(await read(await ask('hang', controller.signal), () => controller.abort())).toBe('Hi(abort)');
    await fetch(`${baseUrl}/gone`);
  });

  it('that lets no page in is not reached, and CORS is named', async () => {
    const failed = createEngine({ baseUrl: withoutCors, model: 'mixtral' });
    await expect(failed).rejects.toMatchObject({ code: 'network-failed', hint: expect.stringContaining('CORS') });
  });
});
