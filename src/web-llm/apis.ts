import type { Engine } from '../client/engine';
import type {
  ChatBody,
  CompletionBody,
  Create,
  LocalChatCompletion,
  LocalTextCompletion,
  RequestOptions,
} from '../client/openai';
import { toErrorData } from '../protocol/errors';
import {
  type ChatCompletion,
  type ChatCompletionChunk,
  type Completion,
  interruptedChat,
  interruptedText,
  note,
  noted,
  type TextCompletionChunk,
} from './answers';
import { named } from './errors';
import type { LoadedModels } from './loaded-models';
import { bodyOf, type ChatCompletionRequest, type CompletionCreateParams, type WithExtra } from './requests';

/** OpenAI's chat API, as far as WebLLM has it and beyond: the answer's fields beyond OpenAI's are Mixtab's. */
export type ChatApi = Create<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>;
/** OpenAI's text completion API. */
export type TextApi = Create<CompletionCreateParams, Completion, TextCompletionChunk>;

/** Of whom is asked, and by what an answer is interrupted. */
export interface Asked {
  readonly models: LoadedModels;
  readonly interrupt: AbortSignal;
}

export function chatApi(asked: Asked): ChatApi {
  return createApi<ChatBody, LocalChatCompletion, ChatCompletion, ChatCompletionChunk>(
    asked,
    ({ chat }) => chat.completions as Create<ChatBody, LocalChatCompletion, ChatCompletionChunk>,
    interruptedChat,
  );
}

export function textApi(asked: Asked): TextApi {
  return createApi<CompletionBody, LocalTextCompletion, Completion, TextCompletionChunk>(
    asked,
    ({ completions }) => completions as Create<CompletionBody, LocalTextCompletion, TextCompletionChunk>,
    interruptedText,
  );
}

function createApi<
  Body extends ChatBody | CompletionBody,
  Local extends LocalChatCompletion | LocalTextCompletion,
  Whole,
  Chunk extends ChatCompletionChunk | TextCompletionChunk,
>(
  asked: Asked,
  apiOf: (engine: Engine) => Create<Body, Local, Chunk>,
  interrupted: (model: string, text: string) => Whole,
): Create<WithExtra<Body>, Local | Whole, Chunk> {
  const ask = async (request: WithExtra<Body>, { signal }: RequestOptions) => {
    const model = asked.models.get(request.model);
    const body = bodyOf(request, model.options);
    const { interrupt } = asked;
    const options = { signal: AbortSignal.any([interrupt, ...(signal ? [signal] : [])]) };
    const api = apiOf(model.engine);
    if (body.stream === true) return noted(model, await api.create({ ...body, stream: true }, options));
    try {
      const whole = await api.create({ ...body, stream: false }, options);
      note(model, whole);
      return whole;
    } catch (error) {
      const { code, data } = toErrorData(error);
      if (code !== 'aborted' || !interrupt.aborted || signal?.aborted) throw error;
      model.message = typeof data.text === 'string' ? data.text : '';
      return interrupted(model.engine.model, model.message);
    }
  };
  const create = (request: WithExtra<Body>, options: RequestOptions = {}) => named(() => ask(request, options));
  return { create } as Create<WithExtra<Body>, Local | Whole, Chunk>;
}
