import { checkToolChoice, checkTools } from '../lib/check-tools';
import { invalid } from '../lib/invalid-request';
import type { CallsConstraint } from '../model/grammar/sources';
import type { Constraint, GenerateRequest, Tool } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { LoadedModel } from './loaded-model';

/** The ids that a request gives the model. Throws `request-invalid`, `template-failed` and `context-overflow`. */
export function promptOf(model: LoadedModel, { input }: GenerateRequest): number[] {
  const { config } = model.pack.manifest;
  const ids =
    'ids' in input
      ? input.ids
      : 'prompt' in input
        ? model.tokenizer.encode(input.prompt, { addBos: true })
        : encodeMessages(model, input);
  if (!Array.isArray(ids) || ids.length === 0) {
    throw new MixtabError(
      'request-invalid',
      'prompt: expected at least one token, got none',
      'Give the model something to go on from.',
    );
  }
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabSize);
  if (wrong !== undefined) {
    throw new MixtabError(
      'request-invalid',
      `prompt ids: expected 0 to ${config.vocabSize - 1}, got ${wrong}`,
      "Use ids of this model's tokenizer.",
    );
  }
  const { contextLength } = model.gpuModel.extent;
  if (ids.length > contextLength) {
    throw new MixtabError(
      'context-overflow',
      `prompt: expected at most ${contextLength} tokens, got ${ids.length}`,
      'Shorten the prompt, start a new chat, or load the model with a longer context.',
      { promptTokens: ids.length, contextLength },
    );
  }
  return [...ids];
}

type Messages = Extract<GenerateRequest['input'], { messages: unknown }>;

/** An answer that goes on stands behind the prompt that it answers, as its own tokens did. */
function encodeMessages({ tokenizer }: LoadedModel, input: Messages): number[] {
  const last = input.messages.at(-1);
  if (!input.continueFinal) return tokenizer.encodeChat(input.messages, toolsOf(input));
  if (last?.role !== 'assistant' || (last.toolCalls?.length ?? 0) > 0) {
    throw invalid('continueFinal', "a last message that is the assistant's, without calls", last?.role);
  }
  const asked = tokenizer.encodeChat(input.messages.slice(0, -1), toolsOf(input));
  return [...asked, ...tokenizer.encode(last.content, { addBos: false })];
}

/** The answer's tokens that are there already. Throws `request-invalid`. */
export function begunOf(model: LoadedModel, { begun = [] }: GenerateRequest): number[] {
  const { vocabSize } = model.pack.manifest.config;
  const isId = (id: unknown): boolean => Number.isInteger(id) && Number(id) >= 0 && Number(id) < vocabSize;
  if (Array.isArray(begun) && begun.every(isId)) return begun;
  throw invalid('begun', `ids from 0 to ${vocabSize - 1}`, begun);
}

/** The tools that the model may call; where it may call none it is not told of them. */
function toolsOf(input: GenerateRequest['input']): Tool[] {
  if (!('messages' in input) || input.toolChoice === 'none') return [];
  return checkTools(input.tools) ?? [];
}

/** What the answer is held to. Throws `request-invalid`. */
export function constraintOf({ input, constraint }: GenerateRequest): Constraint | CallsConstraint | null {
  const tools = toolsOf(input);
  if (tools.length === 0 || !('messages' in input)) return constraint ?? null;
  if (constraint) throw invalid('constraint', 'none beside tools, which have a form of their own', constraint.type);
  const choice = checkToolChoice(input.toolChoice, tools) ?? 'auto';
  return choice === 'none' ? null : { type: 'calls', tools, choice };
}
