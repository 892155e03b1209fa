import type { CompiledGrammar, GrammarCompiler, TokenizerInfo } from '@mlc-ai/web-xgrammar';
import { invalid } from '../../lib/invalid-request';
import type { Constraint } from '../../protocol/engine';
import { Guide } from './guide';
import { boundEbnf, prepareSchema } from './json-schema';
import { loadXGrammar, reading } from './library';
import { piecesOf } from './pieces';
import { Shortcuts } from './shortcuts';

/** Compiled grammars that are kept for the next request; the one that was used longest ago goes first. */
const MOST_COMPILED = 16;

/** Brackets in one another: more would use up the library's stack. */
const MOST_NESTED = 64;

export interface GrammarVocabulary {
  tokenizerJson: string;
  /** Rows of logits: padding behind the tokenizer's own ids is never allowed. */
  vocabSize: number;
  endIds: readonly number[];
}

interface Reader {
  info: TokenizerInfo;
  compiler: GrammarCompiler;
  shortcuts: Shortcuts;
}

/** A model's grammars. Costs nothing before the first one is asked for. */
export class Grammars {
  readonly #vocabulary: GrammarVocabulary;
  #reader: Promise<Reader> | null = null;
  readonly #compiled = new Map<string, CompiledGrammar>();

  constructor(vocabulary: GrammarVocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** A guide through the constraint for an answer of at most `room` tokens. Throws `request-invalid` with the reason. */
  async guide(constraint: Constraint, room: number): Promise<Guide> {
    const { GrammarMatcher } = await loadXGrammar();
    const { shortcuts } = await this.#open();
    const matcher = await GrammarMatcher.createGrammarMatcher(await this.#compile(constraint));
    return Guide.begin(matcher, shortcuts, this.#vocabulary.endIds, room);
  }

  dispose(): void {
    for (const grammar of this.#compiled.values()) grammar.dispose();
    this.#compiled.clear();
    void this.#reader?.then(({ compiler, info }) => {
      compiler.dispose();
      info.dispose();
    });
    this.#reader = null;
  }

  #open(): Promise<Reader> {
    this.#reader ??= this.#createReader();
    return this.#reader;
  }

  async #createReader(): Promise<Reader> {
    const { tokenizerJson, vocabSize, endIds } = this.#vocabulary;
    const { TokenizerInfo, GrammarCompiler } = await loadXGrammar();
    const pieces = piecesOf(tokenizerJson);
    const info = await TokenizerInfo.createTokenizerInfo(pieces, 'byte_fallback', true, vocabSize, [...endIds]);
    // The cache here is bounded, the library's is not.
    const compiler = await GrammarCompiler.createGrammarCompiler(info, false);
    return { info, compiler, shortcuts: new Shortcuts(pieces) };
  }

  async #compile(constraint: Constraint): Promise<CompiledGrammar> {
    const { compiler } = await this.#open();
    const ebnf = await this.#ebnfOf(constraint);
    const known = this.#compiled.get(ebnf);
    this.#compiled.delete(ebnf);
    const field = constraint.type === 'grammar' ? 'constraint.ebnf' : 'constraint.schema';
    const grammar = known ?? (await readingOf(field, () => compiler.compileGrammar(ebnf)));
    this.#compiled.set(ebnf, grammar);
    const [oldest] = this.#compiled;
    if (oldest && this.#compiled.size > MOST_COMPILED) {
      this.#compiled.delete(oldest[0]);
      oldest[1].dispose();
    }
    return grammar;
  }

  async #ebnfOf(constraint: Constraint): Promise<string> {
    switch (constraint.type) {
      case 'json':
        return schemaEbnf({ type: 'object', additionalProperties: true }, 'constraint');
      case 'json-schema':
        return schemaEbnf(parseSchema(constraint.schema), 'constraint.schema');
      case 'grammar':
        checkNesting(constraint.ebnf);
        return constraint.ebnf;
    }
  }
}

/**
 * The grammar of a JSON Schema's texts: in one line, a space after each comma and colon, as Python's json.dumps writes it, so that an answer
 * cannot run on in blanks. Objects have the properties that their schema names; where it names none, or allows further ones, any.
 */
async function schemaEbnf(schema: unknown, field: string): Promise<string> {
  const { Testings } = await loadXGrammar();
  const prepared = JSON.stringify(prepareSchema(schema, field));
  return boundEbnf(await readingOf(field, () => Testings._jsonSchemaToEBNF(prepared, false, -1, undefined, true)));
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

async function readingOf<T>(field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await reading(read);
  } catch (error) {
    throw invalid(field, 'a grammar that XGrammar reads', error instanceof Error ? error.message : String(error));
  }
}
