import { isObject, show } from '../../lib/json';
import { MixtabError } from '../../protocol/errors';
import { type KeptConversation, parseConversation, parseEntry, soundConversation } from './parse';

const FORMAT = 'mixtab-chats';
const VERSION = 1;

export const writeJson = (conversations: readonly KeptConversation[]): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, conversations }, null, 1)}\n`;

/** Reads what {@link writeJson} wrote. Throws `request-invalid`, saying what is wrong where. */
export function readJson(text: string): KeptConversation[] {
  const file = parsed(text);
  if (!isObject(file) || file.format !== FORMAT)
    throw invalid('format', `"${FORMAT}"`, isObject(file) ? file.format : file);
  if (file.version !== VERSION) throw invalid('version', String(VERSION), file.version);
  if (!Array.isArray(file.conversations)) throw invalid('conversations', 'a list', file.conversations);
  return file.conversations.map((value: unknown, index) => {
    const { conversation, messages } = isObject(value) ? value : {};
    const head = parseConversation(conversation);
    if (!head) throw invalid(`conversations[${index}].conversation`, 'an object with an id', conversation);
    if (!Array.isArray(messages)) throw invalid(`conversations[${index}].messages`, 'a list', messages);
    const entries = messages.map((message: unknown, at) => {
      const entry = parseEntry(message);
      if (!entry) throw invalid(`conversations[${index}].messages[${at}]`, 'a message of user or assistant', message);
      return entry;
    });
    return soundConversation(head, entries);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('file', 'JSON', text);
  }
}

function invalid(field: string, expected: string, got: unknown): MixtabError {
  const hint = 'Choose a file that was exported here.';
  return new MixtabError('request-invalid', `chats file, ${field}: expected ${expected}, got ${show(got)}`, hint);
}
