import type { ChatMessage } from '../../protocol/engine';
import type { ChatState, Question } from './chat';

/** A message of people or model: no tool's. */
type Spoken = Exclude<ChatMessage, { role: 'tool' }>;

/**
 * What the model is to read: all but an answer that has not begun, and no answers that came to nothing. An answer that goes on is the last
 * message.
 */
export function toMessages({ conversation, path }: Pick<ChatState, 'conversation' | 'path'>): Spoken[] {
  const messages: Spoken[] = conversation.system.trim() ? [{ role: 'system', content: conversation.system }] : [];
  for (const entry of path) {
    if (entry.role === 'user') {
      messages.push({ role: 'user', content: contentOf(entry) });
    } else if (entry.text.trim() !== '') {
      messages.push({ role: 'assistant', content: entry.text });
    } else if (entry.status !== 'streaming') {
      // Templates such as Mixtral's insist on alternating roles, so its question goes too.
      messages.pop();
    }
  }
  return messages;
}

/** For a base model, which goes on with a text: what was said as one text, a blank line before each new question. */
export function toText(chat: Pick<ChatState, 'conversation' | 'path'>): string {
  return toMessages(chat)
    .map(({ role, content }, index) => (role === 'user' && index > 0 ? `\n\n${content}` : content))
    .join('');
}

/** A question with its files in front of it, each under its name. */
export function contentOf({ text, files }: Pick<Question, 'text' | 'files'>): string {
  return [...files.map((file) => `${file.name}:\n\n${file.text}`), text].join('\n\n');
}
