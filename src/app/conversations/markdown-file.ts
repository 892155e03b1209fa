import { MixtabError } from '../../protocol/errors';
import { chatOf, type Entry, emptyConversation, titleOf } from '../state/chat';
import { contentOf } from '../state/prompt';
import type { KeptConversation } from './parse';

/**
 * A conversation as Markdown to read and to keep: the branch that is shown. A comment, which no reader sees, says where each part begins, so
 * that headings and rules in the texts stay theirs, and the file can be read again.
 */
const PARTS = { title: '# ', system: '> System prompt', user: '## You', assistant: '## Answer' } as const;
type Part = keyof typeof PARTS;

const MARK = /^<!-- mixtab:(title|system|user|assistant) -->$/;
/** A text's own line that looks like a mark has one backslash more in the file. */
const OWN = /^<!-- (\\*)mixtab:/;

export function writeMarkdown({ conversation, messages }: KeptConversation): string {
  const { title, system } = conversation;
  const parts = [part('title', '', `${PARTS.title}${title.replace(/\s+/g, ' ')}`)];
  if (system !== '') parts.push(part('system', PARTS.system, system));
  for (const entry of chatOf(conversation, messages).path) {
    parts.push(part(entry.role, PARTS[entry.role], entry.role === 'user' ? contentOf(entry) : entry.text));
  }
  return parts.join('\n');
}

/** Reads what {@link writeMarkdown} wrote. Throws `request-invalid` where no part is marked. */
export function readMarkdown(text: string, now: number, newId: () => string): KeptConversation {
  const parts = partsOf(text);
  const first = (wanted: Part): string => parts.find(({ kind }) => kind === wanted)?.text ?? '';
  const messages: Entry[] = [];
  for (const { kind, text } of parts) {
    if (kind !== 'user' && kind !== 'assistant') continue;
    const at = messages.length;
    const message = { id: newId(), parent: messages.at(-1)?.id ?? null, createdAt: now + at, text };
    if (kind === 'user') messages.push({ ...message, role: 'user', files: [] });
    else messages.push({ ...message, role: 'assistant', status: 'done', by: null, figures: null, forgotten: 0 });
  }
  if (messages.length === 0) {
    throw new MixtabError(
      'request-invalid',
      'chats file: expected Markdown with <!-- mixtab:user --> before each question, found none',
      'Choose a file that was exported here.',
    );
  }
  const title = first('title').replace(/^# /, '') || titleOf(messages[0]?.text ?? '');
  const leaf = messages.at(-1)?.id ?? null;
  return { conversation: { ...emptyConversation(newId(), now), title, system: first('system'), leaf }, messages };
}

function part(kind: Part, heading: string, text: string): string {
  const own = text.split('\n').map((line) => line.replace(OWN, '<!-- $1\\mixtab:'));
  const lines = [`<!-- mixtab:${kind} -->`, ...(heading === '' ? [] : [heading, '']), ...own, ''];
  return lines.join('\n');
}

function partsOf(file: string): { kind: Part; text: string }[] {
  const found: { kind: Part; lines: string[] }[] = [];
  for (const line of file.replaceAll('\r\n', '\n').split('\n')) {
    const kind = MARK.exec(line)?.[1] as Part | undefined;
    if (kind) found.push({ kind, lines: [] });
    else found.at(-1)?.lines.push(line.replace(OWN, (_, slashes: string) => `<!-- ${slashes.slice(1)}mixtab:`));
  }
  return found.map(({ kind, lines }) => {
    const heading = kind === 'title' ? 0 : 2;
    // A blank line ends each part; an editor may have taken the last one.
    return { kind, text: lines.slice(heading, lines.at(-1) === '' ? -1 : undefined).join('\n') };
  });
}
