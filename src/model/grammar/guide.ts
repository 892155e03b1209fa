import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { isAllowed } from '../sample';
import type { Shortcuts } from './shortcuts';

/** Draws of a token before the known way to the end is taken. */
const MOST_DRAWS = 8;

/** Tokens of the longest way to the end that is looked for. */
const LONGEST_ENDING = 512;

export interface GuideTokens {
  /** End tokens, allowed where the grammar may end. */
  endIds: readonly number[];
  /** Tokens that are never taken, and such as are taken once at most, whatever the grammar says. */
  never: readonly number[];
  once: readonly number[];
}

/**
 * Leads an answer through a grammar, and to its end: it knows at each place one way to an end, and takes no token behind which it knows none
 * that the tokens left allow. So an answer that begins with enough of them is complete, whatever the model would write. Where no end was
 * found at the beginning, nothing but the grammar leads.
 */
export class Guide {
  readonly #matcher: GrammarMatcher;
  readonly #shortcuts: Shortcuts;
  readonly #tokens: GuideTokens;
  readonly #endIds: readonly number[];
  #barred: readonly number[];
  #allowed: Int32Array = new Int32Array();
  /** Tokens that lead from here to an end; null where none are known. */
  #ending: number[] | null = null;

  private constructor(matcher: GrammarMatcher, shortcuts: Shortcuts, tokens: GuideTokens) {
    this.#matcher = matcher;
    this.#shortcuts = shortcuts;
    this.#tokens = tokens;
    this.#endIds = tokens.endIds;
    this.#barred = tokens.never;
  }

  /** `room`: tokens that the answer may have. Owns the matcher. */
  static async begin(matcher: GrammarMatcher, shortcuts: Shortcuts, tokens: GuideTokens, room: number) {
    const guide = new Guide(matcher, shortcuts, tokens);
    guide.#allowed = await guide.#mask();
    guide.#ending = await guide.#search(room);
    return guide;
  }

  /** Whether nothing but an end can follow. */
  get complete(): boolean {
    return this.#mayEnd(this.#allowed) && isEmpty(without(this.#allowed, this.#endIds));
  }

  /** Takes the next token: one that `draw` takes of the allowed ones, or the way to the end. `room`: tokens left, this one included. */
  async next(draw: (allowed: Int32Array) => number, room: number): Promise<number> {
    let allowed = this.#allowed;
    for (let draws = 0; draws < MOST_DRAWS && !isEmpty(allowed); draws++) {
      const id = draw(allowed);
      if (this.#endIds.includes(id) || (await this.#take(id, room - 1))) return id;
      allowed = without(allowed, [id]);
    }
    const [id] = this.#ending ?? [];
    // At an end all that is left to do is to end.
    if (id === undefined) return this.#endIds.find((end) => isAllowed(this.#allowed, end)) as number;
    await this.#take(id, room - 1);
    return id;
  }

  dispose(): void {
    this.#matcher.dispose();
  }

  /** Goes on by a token if an end stays in reach. */
  async #take(id: number, room: number): Promise<boolean> {
    if (!this.#matcher.acceptToken(id)) return false;
    if (this.#ending) {
      const ending = await this.#endingAfter(id, this.#ending, room);
      if (ending === null) {
        this.#matcher.rollBack(1);
        return false;
      }
      this.#ending = ending;
    }
    if (this.#tokens.once.includes(id)) this.#barred = [...this.#barred, id];
    this.#allowed = await this.#mask();
    return true;
  }

  async #endingAfter(id: number, known: number[], room: number): Promise<number[] | null> {
    if (known[0] === id) return known.slice(1);
    // In the middle of a text the way to the end mostly stays what it was.
    if (known.length <= room && (await this.#leadsToEnd(known))) return known;
    return this.#search(room);
  }

  async #leadsToEnd(ids: readonly number[]): Promise<boolean> {
    const refused = ids.findIndex((id) => !this.#matcher.acceptToken(id));
    const accepted = refused < 0 ? ids.length : refused;
    const ends = refused < 0 && this.#mayEnd(await this.#mask());
    if (accepted > 0) this.#matcher.rollBack(accepted);
    return ends;
  }

  /** A way to an end of at most `room` tokens from here, not always the shortest. */
  async #search(room: number): Promise<number[] | null> {
    const most = Math.min(room, LONGEST_ENDING);
    const path: number[] = [];
    let allowed = await this.#mask();
    const visits = new Map<string, number>();
    let stuck = false;
    while (!this.#mayEnd(allowed) && path.length < most) {
      const place = allowed.join();
      const visit = visits.get(place) ?? 0;
      visits.set(place, visit + 1);
      const id = this.#shortcuts.next(allowed, stuck, visit);
      if (id === undefined || !this.#matcher.acceptToken(id)) break;
      path.push(id);
      const after = await this.#mask();
      stuck = after.every((bits, i) => bits === allowed[i]);
      allowed = after;
    }
    if (path.length > 0) this.#matcher.rollBack(path.length);
    return this.#mayEnd(allowed) ? path : null;
  }

  async #mask(): Promise<Int32Array> {
    const mask = await this.#matcher.getNextTokenBitmask();
    return this.#barred.length === 0 ? mask : without(mask, this.#barred);
  }

  #mayEnd(allowed: Int32Array): boolean {
    return this.#endIds.some((id) => isAllowed(allowed, id));
  }
}

function without(allowed: Int32Array, ids: readonly number[]): Int32Array {
  const rest = allowed.slice();
  for (const id of ids) rest[id >> 5] = (rest[id >> 5] ?? 0) & ~(1 << (id & 31));
  return rest;
}

const isEmpty = (allowed: Int32Array) => allowed.every((bits) => bits === 0);
