import type { GenerateDelta, GenerateResult } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';

const LISTS = ['ids', 'pieces', 'picks', 'weights', 'logprobs', 'toolCalls'] as const;
type Lengths = Record<'text' | (typeof LISTS)[number], number>;
const START: Lengths = { text: 0, ids: 0, pieces: 0, picks: 0, weights: 0, logprobs: 0, toolCalls: 0 };

/**
 * An answer that a new leader tells from the start again: what was heard of it before is dropped. The new leader is told the tokens that were
 * heard and goes on from them, whatever its own logits would have said. Where it cannot (see {@link GenerateRequest.begun}) it answers anew:
 * the request carries its seed, so the same tokens come, but for the last bits of the logits, which depend on the GPU and on what of the
 * prompt an earlier answer left in the KV cache. Where other tokens come, the calls here throw `worker-died`.
 */
export class Replay {
  /** Tokens heard. */
  readonly ids: number[] = [];
  #text = '';
  #heard = START;
  /** Of the answer as the present leader gives it. */
  #at = START;

  startAgain(): void {
    this.#at = START;
  }

  /** What of a batch is new, or null. */
  take(delta: GenerateDelta): GenerateDelta | null {
    const from = this.#at;
    const to = { ...from, text: from.text + delta.text.length };
    const old = { ...START, text: Math.max(0, this.#heard.text - from.text) };
    const fresh = { ...delta, text: delta.text.slice(old.text) };
    for (const name of LISTS) {
      const list = delta[name];
      if (list === undefined) continue;
      to[name] += list.length;
      old[name] = Math.max(0, this.#heard[name] - from[name]);
      Object.assign(fresh, { [name]: list.slice(old[name]) });
    }
    const sameText = delta.text.startsWith(this.#text.slice(from.text, to.text));
    const sameIds = delta.ids.every((id, index) => (this.ids[from.ids + index] ?? id) === id);
    if (!sameText || !sameIds) throw otherAnswer();
    this.#at = to;
    this.#text += fresh.text;
    this.ids.push(...fresh.ids);
    const heard = this.#heard;
    this.#heard = maximum(heard, to);
    return this.#heard.text === heard.text && LISTS.every((name) => this.#heard[name] === heard[name]) ? null : fresh;
  }

  /** The whole answer begins with what was heard of it. */
  check(result: GenerateResult): void {
    if (!result.text.startsWith(this.#text)) throw otherAnswer();
  }
}

function maximum(a: Lengths, b: Lengths): Lengths {
  const pairs = Object.entries(a).map(([name, length]) => [name, Math.max(length, b[name as keyof Lengths])]);
  return Object.fromEntries(pairs) as Lengths;
}

function otherAnswer(): MixtabError {
  return new MixtabError(
    'worker-died',
    'answer: expected the same words from the tab that took over, got others',
    'Ask again: the tab that wrote it has closed.',
  );
}
