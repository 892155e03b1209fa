import type { ChatMessage } from '../protocol/engine';

/**
 * Drops the oldest exchanges until the rest fits, so that a long chat goes on instead of ending in an error.
 * The last message always stays: if it alone is too long, the engine says so.
 * @param limitTokens most tokens that the prompt may have
 * @param countTokens tokens of messages under the model's chat template
 */
export async function fitContext<Message extends ChatMessage>(
  messages: Message[],
  limitTokens: number,
  countTokens: (messages: Message[]) => Promise<number>,
): Promise<{ messages: Message[]; forgotten: number }> {
  // Question and answer go together: templates want the first message to be the user's.
  let tooFew = -1;
  let enough = Math.max(0, Math.ceil((messages.length - 2) / 2));
  // Most chats fit. Of one that does not, halving finds what to drop in a few counts, each of which reads all that is left.
  for (let exchanges = 0; tooFew + 1 < enough; exchanges = Math.floor((tooFew + enough) / 2)) {
    if ((await countTokens(messages.slice(2 * exchanges))) > limitTokens) tooFew = exchanges;
    else enough = exchanges;
  }
  const forgotten = 2 * enough;
  return { messages: messages.slice(forgotten), forgotten };
}

/** Room for the prompt: the answer keeps what it may need, but never more than a quarter of a small context. */
export function promptLimit(contextLength: number, maxTokens: number): number {
  return contextLength - Math.min(maxTokens, Math.floor(contextLength / 4));
}
