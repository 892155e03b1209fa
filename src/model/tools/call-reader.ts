import type { ToolCall } from '../../protocol/engine';
import { StopMatcher } from '../stop-strings';
import { ARGUMENTS, TRIGGER } from './calls';

/**
 * Parts an answer that comes in pieces into its text and its calls, `[TOOL_CALLS] [{"name": .., "arguments": {..}}, ..]`. Each call comes out as
 * soon as its last bracket is there. The list is valid JSON, as its grammar has it; what is not complete is no call.
 */
export class CallReader {
  readonly #trigger = new StopMatcher([TRIGGER]);
  readonly #idOf: (index: number) => string;
  #triggered = false;
  #count = 0;
  /** Text of the call that has begun. */
  #call = '';
  /** Brackets that are open: the list itself and what is in it. */
  #depth = 0;
  #inText = false;
  #escaped = false;

  constructor(idOf: (index: number) => string) {
    this.#idOf = idOf;
  }

  push(piece: string): { text: string; calls: ToolCall[] } {
    if (this.#triggered) return { text: '', calls: this.#read(piece) };
    const { emit, stopped, rest } = this.#trigger.push(piece);
    this.#triggered = stopped;
    return { text: emit, calls: this.#read(rest) };
  }

  /** Text that was held back as a possible beginning of calls. */
  finish(): string {
    return this.#trigger.finish();
  }

  #read(piece: string): ToolCall[] {
    const calls: ToolCall[] = [];
    for (const character of piece) {
      const before = this.#depth;
      this.#step(character);
      if (before >= 2 || this.#depth >= 2) this.#call += character;
      if (before === 2 && this.#depth === 1) {
        calls.push(this.#parse());
        this.#call = '';
      }
    }
    return calls;
  }

  #step(character: string): void {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === '"') this.#inText = false;
    } else if (character === '"') this.#inText = true;
    else if (character === '[' || character === '{') this.#depth++;
    else if (character === ']' || character === '}') this.#depth--;
  }

  #parse(): ToolCall {
    const { name } = JSON.parse(this.#call);
    // As it was written: the next prompt repeats it, and the KV cache holds it.
    const text = this.#call.slice(this.#call.indexOf(ARGUMENTS) + ARGUMENTS.length, -1);
    return { id: this.#idOf(this.#count++), name, arguments: text };
  }
}
