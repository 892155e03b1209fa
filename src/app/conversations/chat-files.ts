import type { Chats } from '../chats';
import { downloadText, fileNameOf } from '../lib/download';
import { readJson, writeJson } from './json-file';
import { readMarkdown, writeMarkdown } from './markdown-file';
import type { KeptConversation } from './parse';

export type ChatFileKind = 'json' | 'md';

/** Gives a conversation as a file: JSON with all its branches, Markdown with the one that is shown. */
export async function exportChat(chats: Chats, id: string, kind: ChatFileKind, untitled: string): Promise<void> {
  const whole = await chats.read(id);
  if (!whole) return;
  const name = fileNameOf(whole.conversation.title || untitled, kind);
  if (kind === 'json') downloadText(name, 'application/json', writeJson([whole]));
  else downloadText(name, 'text/markdown', writeMarkdown(whole));
}

/** Gives all conversations as one JSON file. */
export async function exportAllChats(chats: Chats): Promise<void> {
  const all: KeptConversation[] = [];
  for (const { id } of chats.list.getState().conversations ?? []) {
    const whole = await chats.read(id);
    if (whole) all.push(whole);
  }
  downloadText(fileNameOf('mixtab chats', 'json'), 'application/json', writeJson(all));
}

/** Takes in files that were exported. Resolves to how many conversations came; what is wrong with a file is thrown, before any is taken in. */
export async function importChats(chats: Chats, files: readonly File[]): Promise<number> {
  const found: KeptConversation[] = [];
  for (const file of files) {
    const text = await file.text();
    const isJson = text.trimStart().startsWith('{');
    if (isJson) found.push(...readJson(text));
    else found.push(readMarkdown(text, Date.now(), () => crypto.randomUUID()));
  }
  return chats.add(found);
}
