import type { TestProject } from 'vitest/node';
import { type Answer, OpenAiServer, sendEvents, sendJson } from './openai-server';

/** Servers for browser tests: one that is steered by what it is asked, see {@link steer}, and one that lets no page in. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const [server, closed] = await Promise.all([OpenAiServer.start(), OpenAiServer.start()]);
  closed.cors = false;
  steer(server);
  provide('openAiServer', server.baseUrl);
  provide('openAiServerWithoutCors', closed.baseUrl);
  return async () => {
    await Promise.all([server.close(), closed.close()]);
  };
}

/**
 * A chat is answered `Hi`, and then, by the last message: `wait` goes on with `.` when `/heard` is asked, `cut` breaks the connection
 * then, `hang` never goes on, and `/gone` is answered when the hanging request is closed.
 */
function steer({ answers }: OpenAiServer): void {
  const waiting: (() => void)[] = [];
  const heard = () => new Promise<void>((resolve) => waiting.push(resolve));
  let gone: Promise<void> = Promise.resolve();
  const ends: Record<string, Answer> = {
    wait: async (response) => {
      await heard();
      response.write(`data: ${chunk({ content: '.' })}\n\ndata: ${chunk({}, 'stop')}\n\n`);
      response.end('data: [DONE]\n\n');
    },
    hang: (_, asked) => {
      gone = asked.left;
    },
    cut: async (response) => {
      await heard();
      response.socket?.destroy();
    },
  };
  answers.set('/chat/completions', (response, asked) => {
    const [message] = (asked.body?.messages ?? []) as { content: string }[];
    return sendEvents([chunk({ role: 'assistant', content: 'Hi' })], ends[message?.content ?? ''])(response, asked);
  });
  answers.set('/heard', (response, asked) => {
    for (const resolve of waiting.splice(0)) resolve();
    return sendJson({})(response, asked);
  });
  answers.set('/gone', async (response, asked) => {
    await gone;
    await sendJson({})(response, asked);
  });
}

function chunk(delta: object, finish_reason: string | null = null): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'mixtral' };
  return JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] });
}
