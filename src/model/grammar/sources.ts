import type {
  CompiledGrammar,
  GrammarCompiler,
  StructuralTagFormat,
  TagFormat,
  TagsWithSeparatorFormat,
  TriggeredTagsFormat,
} from '@mlc-ai/web-xgrammar';
import { invalid } from '../../lib/invalid-request';
import type { Constraint, Tool, ToolChoice } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';
import { ARGUMENTS, TRIGGER } from '../tools/calls';
import { prepareSchema } from './json-schema';
import { loadXGrammar, reading } from './library';
import { boundEbnf, type Ranges } from './schema-ebnf';

/** Brackets in one another: more would use up the library's stack. */
const MOST_NESTED = 64;

/** Calls of tools: where the model decides, behind its trigger; else from the first token on. */
export interface CallsConstraint {
  type: 'calls';
  tools: readonly Tool[];
  choice: Exclude<ToolChoice, 'none'>;
}

/** What is compiled, and under which text it is known. */
export interface GrammarSource {
  text: string;
  /** The request's field that it comes from. */
  field: string;
  compile(compiler: GrammarCompiler): Promise<CompiledGrammar>;
}

/** Throws `request-invalid` naming the field. */
export async function sourceOf(constraint: Constraint | CallsConstraint): Promise<GrammarSource> {
  switch (constraint.type) {
    case 'json':
      return ebnfSource(await schemaEbnf({ type: 'object', additionalProperties: true }, 'constraint'), 'constraint');
    case 'json-schema':
      return ebnfSource(await schemaEbnf(parseSchema(constraint.schema), 'constraint.schema'), 'constraint.schema');
    case 'grammar':
      checkNesting(constraint.ebnf);
      return ebnfSource(constraint.ebnf, 'constraint.ebnf');
    case 'calls':
      return callsSource(constraint);
  }
}

function ebnfSource(ebnf: string, field: string): GrammarSource {
  return { text: ebnf, field, compile: (compiler) => compiler.compileGrammar(ebnf) };
}

/** `[TOOL_CALLS] [{"name": "f", "arguments": {...}}, ...]`, the arguments by each tool's schema. */
async function callsSource({ tools, choice }: CallsConstraint): Promise<GrammarSource> {
  const named = typeof choice === 'object' ? choice.name : null;
  const tags: TagFormat[] = [];
  for (const [index, { name, parameters }] of tools.entries()) {
    if (named !== null && name !== named) continue;
    const schema = parameters ?? { type: 'object', additionalProperties: true };
    const ebnf = await schemaEbnf({ type: 'object', ...schema }, `tools[${index}].parameters`);
    tags.push(tag(`{"name": "${name}"${ARGUMENTS}`, { type: 'grammar', grammar: ebnf }, '}'));
  }
  const calls = tag(`${TRIGGER} [`, { ...list(tags), stop_after_first: named !== null }, ']');
  const format = choice === 'auto' ? triggered(calls) : calls;
  return { text: JSON.stringify(format), field: 'tools', compile: (compiler) => compiler.compileStructuralTag(format) };
}

function tag(begin: string, content: StructuralTagFormat, end: string): TagFormat {
  return { type: 'tag', begin, content, end };
}

function list(tags: TagFormat[]): TagsWithSeparatorFormat {
  return { type: 'tags_with_separator', tags, separator: ', ', at_least_one: true };
}

function triggered(calls: TagFormat): TriggeredTagsFormat {
  return { type: 'triggered_tags', triggers: [TRIGGER], tags: [calls], stop_after_first: true };
}

/**
 * The grammar of a JSON Schema's texts: in one line, a space after each comma and colon, as Python's json.dumps writes it, so that an answer
 * cannot run on in blanks. Objects have the properties that their schema names; where it names none, or allows further ones, any.
 */
async function schemaEbnf(schema: unknown, field: string): Promise<string> {
  const { Testings } = await loadXGrammar();
  const ranges: Ranges = new Map();
  const prepared = JSON.stringify(prepareSchema(schema, field, ranges));
  const ebnf = await readingOf(field, () => Testings._jsonSchemaToEBNF(prepared, false, -1, undefined, true));
  return boundEbnf(ebnf, ranges);
}

function parseSchema(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('constraint.schema', 'JSON', error instanceof Error ? error.message : String(error));
  }
}

function checkNesting(ebnf: string): void {
  let [depth, deepest] = [0, 0];
  for (const character of ebnf) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    deepest = Math.max(deepest, depth);
  }
  if (deepest > MOST_NESTED) {
    throw invalid('constraint.ebnf', `at most ${MOST_NESTED} brackets in one another`, String(deepest));
  }
}

/** Runs one reading of a grammar; what the library says against it is said of the field. */
export async function readingOf<T>(field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await reading(read);
  } catch (error) {
    if (error instanceof MixtabError) throw error;
    throw invalid(field, 'a grammar that XGrammar reads', error instanceof Error ? error.message : String(error));
  }
}
