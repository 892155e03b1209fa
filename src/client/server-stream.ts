import { EventSourceParserStream, ParseError } from 'eventsource-parser/stream';
import { isObject } from '../lib/json';
import { MixtabError } from '../protocol/errors';
import { parseAnswer, wrong } from './server-answers';
import { streamError } from './server-errors';

/** Characters of one event: a chunk is some hundreds. */
const MOST_EVENT = 2 ** 20;

interface Finishing {
  choices: { index: number; finish_reason: string | null }[];
}

/**
 * The chunks of a streamed answer up to `[DONE]`. Throws what the server tells in place of one, `server-answer-invalid` where an event is
 * no chunk, and `network-failed` where the connection ends before the answer.
 */
export async function* readChunks<Chunk extends Finishing>(
  response: Response,
  read: (value: unknown) => Chunk,
  baseUrl: string,
): AsyncGenerator<Chunk> {
  const type = response.headers.get('content-type');
  if (!response.body || !type?.startsWith('text/event-stream')) throw wrong('Content-Type', 'text/event-stream', type);
  const unfinished = new Set<number>();
  let begun = false;
  for await (const data of dataOf(response.body)) {
    if (data === '[DONE]') return;
    const value = parseAnswer(data);
    if (isObject(value) && value.error) throw streamError(value.error, baseUrl);
    const chunk = read(value);
    for (const { index, finish_reason } of chunk.choices) {
      begun = true;
      if (finish_reason === null) unfinished.add(index);
      else unfinished.delete(index);
    }
    yield chunk;
  }
  // A server may leave [DONE] out, but not the reasons of its choices' ends.
  if (!begun || unfinished.size > 0) throw cutOff(baseUrl);
}

async function* dataOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: MOST_EVENT }));
  const reader = events.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw error instanceof ParseError ? wrong('event', `at most ${MOST_EVENT} characters`, error.message) : error;
      });
      if (done) return;
      yield value.data;
    }
  } finally {
    // What comes after the last event, or after a wrong one, is not wanted; of a body that broke this rejects.
    await reader.cancel().catch(() => {});
  }
}

function cutOff(baseUrl: string): MixtabError {
  return new MixtabError(
    'network-failed',
    `${baseUrl}: expected the end of the answer, got the end of the connection`,
    'Ask again; the server or a proxy before it gave up.',
    { baseUrl },
  );
}
