import { isObject, show } from '../lib/json';
import { MixtabError } from '../protocol/errors';

/** One message of the chat; instructions are the attribute `system`. */
export interface WidgetMessage {
  role: 'user' | 'assistant';
  content: string;
}

/** `waiting` until the first words come. */
export type EntryStatus = 'waiting' | 'streaming' | 'done' | 'length' | 'stopped' | 'failed';

/** A message as it is shown. */
export interface Entry {
  role: 'user' | 'assistant';
  text: string;
  status: EntryStatus;
  /** Oldest messages that no longer fitted the model's context. */
  forgotten: number;
}

/** Throws `request-invalid` naming the message. */
export function toEntries(messages: unknown): Entry[] {
  if (!Array.isArray(messages)) throw invalid('messages', 'a list', messages);
  return messages.map((message: unknown, index) => {
    const { role, content } = isObject(message) ? message : {};
    if (role !== 'user' && role !== 'assistant') throw invalid(`messages[${index}].role`, 'user or assistant', role);
    if (typeof content !== 'string') throw invalid(`messages[${index}].content`, 'a text', content);
    return { role, text: content, status: 'done', forgotten: 0 };
  });
}

/** The chat as a model is given it: templates want the roles in turn, so a question of which no answer came is not there, but for the last. */
export function toMessages(entries: readonly Entry[]): WidgetMessage[] {
  const messages: WidgetMessage[] = [];
  for (const { role, text } of entries) {
    if (role === 'assistant' && text.trim() === '') messages.pop();
    else messages.push({ role, content: text });
  }
  return messages;
}

export function invalid(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError('request-invalid', `${field}: expected ${expected}, got ${show(got)}`, `Correct ${field}.`, {
    field,
  });
}
