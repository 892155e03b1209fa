import { MixtabError } from '../protocol/errors';

/** What the engine refuses only when it looks closer, by its own names and as OpenAI spells them. */
const SPELLINGS: [ours: RegExp, theirs: string][] = [
  [/^constraint\.schema$/, 'response_format.json_schema.schema'],
  [/^constraint\.ebnf$/, 'response_format.grammar'],
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
