import type { FinishReason, GenerateDelta, GenerateResult, ModelInfo } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { GenerateOptions } from './engine';
import type {
  ChatBody,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletions,
  Completions,
  Create,
  RequestOptions,
  TextCompletion,
  TextCompletionChunk,
  Usage,
} from './openai';
import { fromChatBody, fromCompletionBody } from './openai-request';
import { PushStream } from './push-stream';
import type { EngineRequest } from './request';

type Streaming = Pick<ChatBody, 'stream' | 'stream_options'>;

interface Generator {
  readonly info: ModelInfo;
  generate(request: EngineRequest, options?: GenerateOptions): Promise<GenerateResult>;
}

/** The parts of an answer that differ between OpenAI's two APIs. */
interface Shape<Whole, Chunk> {
  whole(result: GenerateResult): Whole;
  /** Chunks before the first text. */
  open(): Chunk[];
  delta(delta: GenerateDelta): Chunk;
  close(reason: FinishReason): Chunk;
  usage(usage: Usage): Chunk;
}

export function chatCompletions(engine: Generator): ChatCompletions {
  return createApi(engine, fromChatBody, chatShape);
}

export function completions(engine: Generator): Completions {
  return createApi(engine, fromCompletionBody, textShape);
}

function createApi<Body extends Streaming, Whole, Chunk>(
  engine: Generator,
  toRequest: (body: Body, info: ModelInfo) => EngineRequest,
  toShape: (info: ModelInfo) => Shape<Whole, Chunk>,
): Create<Body, Whole, Chunk> {
  function create(body: Body & { stream: true }, options?: RequestOptions): Promise<PushStream<Chunk>>;
  function create(body: Body & { stream?: false | null }, options?: RequestOptions): Promise<Whole>;
  function create(body: Body, options?: RequestOptions): Promise<PushStream<Chunk> | Whole>;
  async function create(body: Body, options: RequestOptions = {}): Promise<PushStream<Chunk> | Whole> {
    const request = toRequest(body, engine.info);
    const shape = toShape(engine.info);
    if (body.stream === true) return stream(engine, request, body, options, shape);
    return shape.whole(await engine.generate(request, options));
  }
  return { create };
}

function stream<Chunk>(
  engine: Generator,
  request: EngineRequest,
  body: Streaming,
  options: RequestOptions,
  shape: Shape<unknown, Chunk>,
): PushStream<Chunk> {
  const left = new AbortController();
  const chunks = new PushStream<Chunk>(() => left.abort());
  const signal = AbortSignal.any([left.signal, ...(options.signal ? [options.signal] : [])]);
  for (const chunk of shape.open()) chunks.push(chunk);
  const close = (reason: FinishReason, result?: GenerateResult): void => {
    chunks.push(shape.close(reason));
    if (result && body.stream_options?.include_usage) chunks.push(shape.usage(usageOf(result)));
    chunks.end();
  };
  engine.generate(request, { signal, onDelta: (delta) => chunks.push(shape.delta(delta)) }).then(
    (result) => close(result.finishReason, result),
    (error: unknown) => {
      if (error instanceof MixtabError && error.code === 'aborted') close('abort');
      else chunks.fail(error);
    },
  );
  return chunks;
}

function chatShape({ id: model }: ModelInfo): Shape<ChatCompletion, ChatCompletionChunk> {
  const base = { id: `chatcmpl-${crypto.randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const head = { ...base, object: 'chat.completion.chunk' as const };
  return {
    whole: (result) => ({
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: result.text }, finish_reason: result.finishReason }],
      usage: usageOf(result),
      mixtab: { stats: result.stats, routing: result.routing },
    }),
    open: () => [{ ...head, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }],
    delta: ({ text, stats, picks }) => ({
      ...head,
      choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
      mixtab: { stats, picks },
    }),
    close: (reason) => ({ ...head, choices: [{ index: 0, delta: {}, finish_reason: reason }] }),
    usage: (usage) => ({ ...head, choices: [], usage }),
  };
}

function textShape({ id: model }: ModelInfo): Shape<TextCompletion, TextCompletionChunk> {
  const created = Math.floor(Date.now() / 1000);
  const head = { id: `cmpl-${crypto.randomUUID()}`, object: 'text_completion' as const, created, model };
  return {
    whole: (result) => ({
      ...head,
      choices: [{ index: 0, text: result.text, finish_reason: result.finishReason }],
      usage: usageOf(result),
      mixtab: { stats: result.stats, routing: result.routing },
    }),
    open: () => [],
    delta: ({ text, stats, picks }) => ({
      ...head,
      choices: [{ index: 0, text, finish_reason: null }],
      mixtab: { stats, picks },
    }),
    close: (reason) => ({ ...head, choices: [{ index: 0, text: '', finish_reason: reason }] }),
    usage: (usage) => ({ ...head, choices: [], usage }),
  };
}

function usageOf({ stats, promptIds, ids }: GenerateResult): Usage {
  return {
    prompt_tokens: promptIds.length,
    completion_tokens: ids.length,
    total_tokens: promptIds.length + ids.length,
    prompt_tokens_details: { cached_tokens: stats.cachedTokens },
  };
}
