import { uniformNumber } from '../sample';

/** What stands before a list of calls: Mistral's form, of models that were taught to call, and of the text that asks others to. */
export const TRIGGER = '[TOOL_CALLS]';

/** What stands before a call's arguments. */
export const ARGUMENTS = ', "arguments": ';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Nine letters and digits, as Mistral's templates ask for; the same for the same seed and place. `position`: of the answer's first token. */
export function callId(seed: number, position: number, index: number): string {
  return Array.from({ length: 9 }, (_, i) => {
    const u = uniformNumber((seed ^ 0x63616c6c) >>> 0, position * 1024 + index * 9 + i);
    return ALPHABET[Math.floor(u * ALPHABET.length)];
  }).join('');
}
