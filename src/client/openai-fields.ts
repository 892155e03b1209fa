import { MixtabError } from '../protocol/errors';

/** The engine's own names of what was asked for, and as OpenAI spells them. */
const SPELLINGS: [ours: RegExp, theirs: string][] = [
  [/^constraint$/, 'response_format'],
  [/^constraint\.schema$/, 'response_format.json_schema.schema'],
  [/^constraint\.ebnf$/, 'response_format.grammar'],
  [/^toolChoice$/, 'tool_choice'],
  [/^(input\.)?continueFinal$/, 'continue_final_message'],
  [/^(tools\[\d+\])\./, '$1.function.'],
  [/\.toolCallId$/, '.tool_call_id'],
  [/\.toolCalls(\[\d+\])\.(name|arguments)$/, '.tool_calls$1.function.$2'],
  [/\.toolCalls/, '.tool_calls'],
];

/** A `request-invalid` of the engine under the name that the caller wrote. */
export function inOpenAiWords(error: unknown): unknown {
  if (!(error instanceof MixtabError) || typeof error.data.field !== 'string') return error;
  const { field } = error.data;
  const spelling = SPELLINGS.find(([ours]) => ours.test(field));
  if (!spelling) return error;
  const theirs = field.replace(...spelling);
  const say = (text: string): string => text.replaceAll(field, theirs);
  return new MixtabError(error.code, say(error.message), say(error.hint), { ...error.data, field: theirs }, error);
}

/** What `read` returns; what it refuses is named so. */
export function spelt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw inOpenAiWords(error);
  }
}
