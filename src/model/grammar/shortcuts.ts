import { isAllowed } from '../sample';
import { byteOf } from './pieces';

/** The order in which tokens are tried on the way to a grammar's end. */
export class Shortcuts {
  readonly #brackets: number[][];
  readonly #quotes: number[];
  /** The longest first: what must be written takes the fewest tokens. What makes a number longer or opens something new comes last. */
  readonly #longest: number[];
  /** Single characters, punctuation first. */
  readonly #single: number[];

  constructor(pieces: readonly string[]) {
    const texts = pieces.map((piece) => {
      const byte = byteOf(piece);
      // A byte of a longer character counts as one character, whichever.
      return byte === null ? piece.replaceAll('▁', ' ') : String.fromCharCode(byte);
    });
    const textOf = (id: number) => texts[id] as string;
    const ids = texts.map((_, id) => id).filter((id) => textOf(id) !== '');
    const last = [/^\d+$/, /^[.+-]+$/, /^[[{]/];
    const lateness = (id: number) => last.findIndex((pattern) => pattern.test(textOf(id)));
    const kind = (id: number) => (/[a-z]/i.test(textOf(id)) ? 2 : /\d/.test(textOf(id)) ? 1 : 0);
    this.#brackets = ['}', ']'].map((text) => ids.filter((id) => textOf(id) === text));
    this.#quotes = ids.filter((id) => textOf(id) === '"');
    this.#longest = ids.toSorted(
      (a, b) => lateness(a) - lateness(b) || textOf(b).length - textOf(a).length || kind(a) - kind(b) || a - b,
    );
    this.#single = ids.filter((id) => textOf(id).length === 1).sort((a, b) => kind(a) - kind(b) || a - b);
  }

  /**
   * The next token to try, of the allowed ones. `stuck`: the one before changed nothing, the same tokens are allowed. `visit`: how often there
   * was such a place on this way before; at every other one a single character has its turn, and another one each time, so that a way
   * that leads in a circle leads out of it.
   */
  next(allowed: Int32Array, stuck: boolean, visit: number): number | undefined {
    const may = (id: number) => isAllowed(allowed, id);
    const closing = this.#brackets.flatMap((ids) => ids.find(may) ?? []);
    // Where an object and an array may both be closed it is a text that holds brackets: the quote is the way out of it.
    const closer = closing.length === 1 && !stuck ? closing[0] : this.#quotes.find(may);
    if (closer !== undefined) return closer;
    if (visit % 2 === 0) return this.#longest.find(may);
    const singles = this.#single.filter(may);
    return singles[((visit - 1) / 2) % singles.length] ?? this.#longest.find(may);
  }
}
