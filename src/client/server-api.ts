import type {
  ChatCompletion,
  ChatCompletions,
  CompletionSettings,
  Completions,
  Create,
  RequestOptions,
  TextCompletion,
} from './openai';
import { PushStream } from './push-stream';
import { readChat, readChatChunk, readText, readTextChunk } from './server-answers';
import type { ServerLink } from './server-link';
import { readChunks } from './server-stream';

interface Head {
  id: string;
  created: number;
  model: string;
}

type Parts = Head & { choices: { index: number; finish_reason: string | null }[] };

/** The parts of an answer that differ between OpenAI's two APIs. */
interface Border<Whole, Chunk> {
  path: string;
  whole(value: unknown): Whole;
  chunk(value: unknown): Chunk;
  /** The last chunk of an answer that was aborted. */
  aborted(head: Head): Chunk;
}

/** The chat API of a server, with the promises of this machine's. */
export function serverChat(link: ServerLink): ChatCompletions<ChatCompletion> {
  return createApi(link, {
    path: '/chat/completions',
    whole: readChat,
    chunk: readChatChunk,
    aborted: (head) => ({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: {}, finish_reason: 'abort' }],
    }),
  });
}

export function serverCompletions(link: ServerLink): Completions<TextCompletion> {
  const last = { index: 0, text: '', logprobs: null, finish_reason: 'abort' } as const;
  return createApi(link, {
    path: '/completions',
    whole: readText,
    chunk: readTextChunk,
    aborted: (head) => ({ ...head, object: 'text_completion', choices: [last] }),
  });
}

function createApi<Body extends CompletionSettings, Whole, Chunk extends Parts>(
  link: ServerLink,
  border: Border<Whole, Chunk>,
): Create<Body, Whole, Chunk> {
  const post = (body: Body, signal: AbortSignal | undefined): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...body, model: link.model }),
    signal: signal ?? null,
  });

  function create(body: Body & { stream: true }, options?: RequestOptions): Promise<PushStream<Chunk>>;
  function create(body: Body & { stream?: false | null }, options?: RequestOptions): Promise<Whole>;
  function create(body: Body, options?: RequestOptions): Promise<PushStream<Chunk> | Whole>;
  async function create(body: Body, { signal }: RequestOptions = {}): Promise<PushStream<Chunk> | Whole> {
    if (body.stream === true) return stream(body, signal);
    return border.whole(await link.json(border.path, post(body, signal)));
  }

  function stream(body: Body, aborted: AbortSignal | undefined): PushStream<Chunk> {
    const left = new AbortController();
    const chunks = new PushStream<Chunk>(() => left.abort());
    const signal = AbortSignal.any([left.signal, ...(aborted ? [aborted] : [])]);
    let head: Head = { id: '', created: Math.floor(Date.now() / 1000), model: link.model };
    const run = async (): Promise<void> => {
      const response = await link.ask(border.path, post(body, signal));
      for await (const chunk of readChunks(response, border.chunk, link.baseUrl)) {
        head = { id: chunk.id, created: chunk.created, model: chunk.model };
        chunks.push(chunk);
      }
    };
    const fail = (error: unknown): void => {
      const failure = link.failure(error, signal);
      // A stream that is at fault on this side is not read any further.
      left.abort();
      if (failure.code === 'aborted') {
        chunks.push(border.aborted(head));
        chunks.end();
      } else chunks.fail(failure);
    };
    run().then(() => chunks.end(), fail);
    return chunks;
  }

  return { create };
}
