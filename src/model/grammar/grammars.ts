import type { CompiledGrammar, GrammarCompiler, TokenizerInfo } from '@mlc-ai/web-xgrammar';
import type { Constraint } from '../../protocol/engine';
import { TRIGGER } from '../tools/calls';
import { Guide } from './guide';
import { loadXGrammar } from './library';
import { piecesOf } from './pieces';
import { Shortcuts } from './shortcuts';
import { type CallsConstraint, readingOf, sourceOf } from './sources';

/** Compiled grammars that are kept for the next request; the one that was used longest ago goes first. */
const MOST_COMPILED = 16;

export interface GrammarVocabulary {
  tokenizerJson: string;
  /** Rows of logits: padding behind the tokenizer's own ids is never allowed. */
  vocabSize: number;
  endIds: readonly number[];
  /** The control token `[TOOL_CALLS]`, of models that have one. */
  triggerId: number | null;
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
  async guide(constraint: Constraint | CallsConstraint, room: number): Promise<Guide> {
    const { GrammarMatcher } = await loadXGrammar();
    const { shortcuts } = await this.#open();
    const { endIds, triggerId } = this.#vocabulary;
    const matcher = await GrammarMatcher.createGrammarMatcher(await this.#compile(constraint));
    // A text must not hold it: it would not be shown.
    const never = triggerId !== null && constraint.type !== 'calls' ? [triggerId] : [];
    const once = triggerId !== null && constraint.type === 'calls' ? [triggerId] : [];
    return Guide.begin(matcher, shortcuts, { endIds, never, once }, room);
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
    const pieces = piecesOf(tokenizerJson, (name) => name === TRIGGER);
    const info = await TokenizerInfo.createTokenizerInfo(pieces, 'byte_fallback', true, vocabSize, [...endIds]);
    // The cache here is bounded, the library's is not.
    const compiler = await GrammarCompiler.createGrammarCompiler(info, false);
    return { info, compiler, shortcuts: new Shortcuts(pieces) };
  }

  async #compile(constraint: Constraint | CallsConstraint): Promise<CompiledGrammar> {
    const { compiler } = await this.#open();
    const source = await sourceOf(constraint);
    const known = this.#compiled.get(source.text);
    this.#compiled.delete(source.text);
    const grammar = known ?? (await readingOf(source.field, () => source.compile(compiler)));
    this.#compiled.set(source.text, grammar);
    const [oldest] = this.#compiled;
    if (oldest && this.#compiled.size > MOST_COMPILED) {
      this.#compiled.delete(oldest[0]);
      oldest[1].dispose();
    }
    return grammar;
  }
}
