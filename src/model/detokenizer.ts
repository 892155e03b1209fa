/** What single tokens say, as the tokenizer knows it. */
export interface PieceSource {
  /**
   * The text of a token, or a byte 0x80..0xFF of a character that several tokens spell; null for control tokens.
   * `first`: nothing stands before it, so SentencePiece's leading space is not shown.
   */
  piece(id: number, first: boolean): string | number | null;
}

/** UTF-8's least first byte of a character of several bytes. */
const LEAST_LEAD = 0xc2;

/**
 * Ids to text, one by one, in constant time each. A character split over byte tokens is held back until it is whole; a broken one becomes
 * U+FFFD where the fault is, as TextDecoder has it (the tokenizers library would blank the whole run of bytes).
 */
export class Detokenizer {
  readonly #pieces: PieceSource;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  #first = true;
  #holdsBack = false;

  /** `after`: ids that stand before the text, so that a continuation keeps its leading space; none for an answer of its own. */
  constructor(pieces: PieceSource, after: readonly number[] = []) {
    this.#pieces = pieces;
    for (const id of after) this.push(id);
    this.finish();
  }

  push(id: number): string {
    const piece = this.#pieces.piece(id, this.#first);
    if (piece === null) return '';
    this.#first = false;
    if (typeof piece === 'string') return this.finish() + piece;
    const text = this.#utf8.decode(Uint8Array.of(piece), { stream: true });
    this.#holdsBack = text === '' || piece >= LEAST_LEAD;
    return text;
  }

  /** Whether bytes of a character wait for the rest of it. */
  get holdsBack(): boolean {
    return this.#holdsBack;
  }

  /** What was held back, at the end of the answer. */
  finish(): string {
    this.#holdsBack = false;
    return this.#utf8.decode();
  }
}
