import type { FinishReason, GenerateDelta, GenerateResult, ModelInfo } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { chatShape } from './chat-shape';
import type { GenerateOptions } from './engine';
import type { ChatCompletions, CompletionSettings, Completions, Create, LocalUsage, RequestOptions } from './openai';
import { inOpenAiWords } from './openai-fields';
import { type Asked, fromChatBody, fromCompletionBody } from './openai-request';
import { PushStream } from './push-stream';
import type { EngineRequest } from './request';
import { textShape } from './text-shape';
import { usageOf } from './usage';

interface Generator {
  readonly info: ModelInfo;
  generate(request: EngineRequest, options?: GenerateOptions): Promise<GenerateResult>;
}

function generate(engine: Generator, request: EngineRequest, options: GenerateOptions): Promise<GenerateResult> {
  return engine.generate(request, options).catch((error: unknown) => {
    throw inOpenAiWords(error);
  });
}

/** What every answer and every chunk of one begins with; the APIs put a prefix before `id`. */
export interface Head {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string;
  /** OpenAI's other chunks say null where the last one will say the usage. */
  usage?: null;
}

/** An answer that was not cut off. */
type Ended = GenerateResult & { finishReason: Exclude<FinishReason, 'abort'> };

/** The parts of an answer that differ between OpenAI's two APIs. */
export interface Shape<Whole, Chunk> {
  whole(results: Ended[], usage: LocalUsage): Whole;
  /** The chunks of one of the answers. */
  choice(index: number): {
    /** Before the first text. */
    open(): Chunk[];
    delta(delta: GenerateDelta): Chunk;
    close(reason: FinishReason): Chunk;
  };
  usage(usage: LocalUsage): Chunk;
}

export function chatCompletions(engine: Generator): ChatCompletions {
  return createApi(engine, fromChatBody, chatShape);
}

export function completions(engine: Generator): Completions {
  return createApi(engine, fromCompletionBody, textShape);
}

function createApi<Body extends CompletionSettings, Whole, Chunk>(
  engine: Generator,
  toAsked: (body: Body, info: ModelInfo) => Asked,
  toShape: (head: Head, body: Body) => Shape<Whole, Chunk>,
): Create<Body, Whole, Chunk> {
  function create(body: Body & { stream: true }, options?: RequestOptions): Promise<PushStream<Chunk>>;
  function create(body: Body & { stream?: false | null }, options?: RequestOptions): Promise<Whole>;
  function create(body: Body, options?: RequestOptions): Promise<PushStream<Chunk> | Whole>;
  async function create(body: Body, { signal }: RequestOptions = {}): Promise<PushStream<Chunk> | Whole> {
    const asked = toAsked(body, engine.info);
    const startedAt = performance.now();
    const usage = (results: GenerateResult[]) => usageOf(results, asked.n, performance.now() - startedAt);
    const withUsage = body.stream === true && body.stream_options?.include_usage === true;
    const shape = toShape({ ...headOf(engine.info), ...(withUsage ? { usage: null } : {}) }, body);
    if (body.stream === true) return stream(engine, asked, shape, withUsage ? usage : null, signal);
    const results: Ended[] = [];
    for (const request of asked.requests) results.push(wholly(await generate(engine, request, { signal })));
    return shape.whole(results, usage(results));
  }
  return { create };
}

function headOf({ id: model, adapter, kernelVariant }: ModelInfo): Head {
  return {
    id: crypto.randomUUID(),
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: `mixtab ${adapter} ${kernelVariant}`,
  };
}

/** An engine that is unloaded ends the answer under way where it is. */
function wholly(result: GenerateResult): Ended {
  const { finishReason, text, ids } = result;
  if (finishReason !== 'abort') return { ...result, finishReason };
  throw new MixtabError('aborted', 'answer: expected its end, got an abort', 'data.text is the part that was there.', {
    text,
    ids,
  });
}

function stream<Chunk>(
  engine: Generator,
  { requests }: Asked,
  shape: Shape<unknown, Chunk>,
  usage: ((results: GenerateResult[]) => LocalUsage) | null,
  aborted: AbortSignal | undefined,
): PushStream<Chunk> {
  const left = new AbortController();
  const chunks = new PushStream<Chunk>(() => left.abort());
  const signal = AbortSignal.any([left.signal, ...(aborted ? [aborted] : [])]);
  const push = (...all: Chunk[]): void => {
    for (const chunk of all) chunks.push(chunk);
  };
  const run = async (): Promise<void> => {
    const results: GenerateResult[] = [];
    for (const [index, request] of requests.entries()) {
      const choice = shape.choice(index);
      // Late, so that what fails before the first word fails before the first chunk.
      let opened = false;
      const open = (): Chunk[] => (opened ? [] : choice.open());
      const onDelta = (delta: GenerateDelta): void => {
        push(...open(), choice.delta(delta));
        opened = true;
      };
      const result = await generate(engine, request, { signal, onDelta }).catch((error: unknown) => {
        if (error instanceof MixtabError && error.code === 'aborted') return null;
        throw error;
      });
      push(...open(), choice.close(result?.finishReason ?? 'abort'));
      if (result === null || result.finishReason === 'abort') return;
      results.push(result);
    }
    if (usage) push(shape.usage(usage(results)));
  };
  run().then(
    () => chunks.end(),
    (error: unknown) => chunks.fail(error),
  );
  return chunks;
}
