import { MixtabError } from '../protocol/errors';
import type { ChatCompletionChunk, CompletionStream, TextCompletionChunk } from './openai';
import { toOpenAiError } from './openai-errors';

export type Chunk = ChatCompletionChunk | TextCompletionChunk;

/**
 * Chunks as server-sent events, the last of them `[DONE]`. Resolves with the first, so that what fails before it, or is aborted, rejects; what fails later
 * is an event with OpenAI's error body, and the last. An event is made when it is read; cancelling the body stops the answer, as does
 * aborting, which breaks the body off with the signal's reason.
 */
export async function toEventStream(
  chunks: CompletionStream<Chunk>,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const first = await chunks.next();
  signal.throwIfAborted();
  let ahead: IteratorResult<Chunk> | null = first;
  const next = async (): Promise<IteratorResult<Chunk>> => {
    const result = ahead ?? (await chunks.next());
    ahead = null;
    return result;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await next();
          if (signal.aborted) return controller.error(signal.reason);
          if (!done && isCutOff(value)) throw unloaded();
          controller.enqueue(event(done ? '[DONE]' : JSON.stringify(onTheWire(value))));
          if (done) controller.close();
        } catch (error) {
          controller.enqueue(event(JSON.stringify(toOpenAiError(error).body)));
          controller.close();
        }
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Without what is no part of OpenAI's API: routing alone would be longer than the text. */
export function onTheWire<T extends object>(value: T): Omit<T, 'mixtab'> {
  const { mixtab: _, ...rest } = value as T & { mixtab?: unknown };
  return rest;
}

function isCutOff({ choices }: Chunk): boolean {
  return choices[0]?.finish_reason === 'abort';
}

/** Nobody aborted, and yet the answer was. */
function unloaded(): MixtabError {
  return new MixtabError(
    'model-not-loaded',
    'answer: expected its end, got an unloaded engine',
    'Create a new engine.',
  );
}

function event(data: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`data: ${data}\n\n`);
}
