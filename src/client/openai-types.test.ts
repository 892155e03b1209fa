import type OpenAI from 'openai';
import { describe, expectTypeOf, it } from 'vitest';
import type { ChatEngine } from './chat-engine';
import type { Engine } from './engine';
import type {
  ChatBody,
  ChatCompletion,
  ChatCompletionChunk,
  ChatFinish,
  CompletionBody,
  LocalChatCompletion,
  LocalTextCompletion,
  TextCompletion,
} from './openai';

/** What goes over the wire: `abort` is told there by an error, never by a chunk. */
type Sent = ChatCompletionChunk<ChatFinish>;

/** Checked by the compiler: a type that does not fit fails `npx tsc -p tsconfig.node.json`. */
describe("the openai package's own types", () => {
  it('accept every answer', () => {
    expectTypeOf<ChatCompletion>().toExtend<OpenAI.ChatCompletion>();
    expectTypeOf<LocalChatCompletion>().toExtend<OpenAI.ChatCompletion>();
    expectTypeOf<Sent>().toExtend<OpenAI.ChatCompletionChunk>();
    expectTypeOf<TextCompletion>().toExtend<OpenAI.Completion>();
    expectTypeOf<LocalTextCompletion>().toExtend<OpenAI.Completion>();
  });

  it('ask for what the engine takes', () => {
    expectTypeOf<OpenAI.ChatCompletionCreateParams>().toExtend<ChatBody>();
    expectTypeOf<OpenAI.CompletionCreateParams>().toExtend<CompletionBody>();
    const ask = (
      engine: ChatEngine,
      body: OpenAI.ChatCompletionCreateParamsNonStreaming,
    ): Promise<OpenAI.ChatCompletion> => engine.chat.completions.create(body);
    const complete = (engine: Engine, body: OpenAI.CompletionCreateParamsNonStreaming): Promise<OpenAI.Completion> =>
      engine.completions.create(body);
    expectTypeOf(ask).returns.resolves.toExtend<OpenAI.ChatCompletion>();
    expectTypeOf(complete).returns.resolves.toExtend<OpenAI.Completion>();
  });

  it('take back an answer as a message of the next turn', () => {
    expectTypeOf<ChatCompletion['choices'][number]['message']>().toExtend<OpenAI.ChatCompletionMessageParam>();
    expectTypeOf<ChatCompletion['choices'][number]['message']>().toExtend<ChatBody['messages'][number]>();
    expectTypeOf<OpenAI.ChatCompletionMessage>().toExtend<ChatBody['messages'][number]>();
  });

  it("take the engine's fetch", () => {
    expectTypeOf<Engine['fetch']>().toExtend<NonNullable<ConstructorParameters<typeof OpenAI>[0]>['fetch']>();
  });
});
