import { isObject } from '../../lib/json';
import type { Answer, AnswerFigures, AnswerStatus, AttachedFile, Author, Conversation, Entry } from '../state/chat';

/** A conversation with all its branches. */
export interface KeptConversation {
  conversation: Conversation;
  messages: readonly Entry[];
}

/** What storage or a file holds, read with care: it may be of another version, or damaged. Each returns null for what it is not. */

const STATUSES = ['done', 'length', 'stopped', 'failed', 'interrupted'] as const satisfies AnswerStatus[];

export function parseConversation(value: unknown): Conversation | null {
  if (!isObject(value) || !isId(value.id)) return null;
  const { id, title, system, createdAt, updatedAt, leaf } = value;
  const created = timeOf(createdAt) ?? 0;
  return {
    id,
    title: textOf(title),
    system: textOf(system),
    createdAt: created,
    updatedAt: timeOf(updatedAt) ?? created,
    leaf: isId(leaf) ? leaf : null,
  };
}

/** An answer that was being written when it was stored was interrupted. */
export function parseEntry(value: unknown): Entry | null {
  if (!isObject(value) || !isId(value.id) || typeof value.text !== 'string') return null;
  const { id, text } = value;
  const message = {
    id,
    text,
    parent: isId(value.parent) ? value.parent : null,
    createdAt: timeOf(value.createdAt) ?? 0,
  };
  if (value.role === 'user') return { ...message, role: 'user', files: parseFiles(value.files) };
  if (value.role !== 'assistant') return null;
  return { ...message, role: 'assistant', ...parseAnswer(value) };
}

/**
 * A conversation whose parts hang together: a parent that is not there, or a circle, would lose what follows it, and a leaf that is not there
 * would show nothing.
 */
export function soundConversation(conversation: Conversation, entries: readonly Entry[]): KeptConversation {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const leadsToBeginning = (entry: Entry): boolean => {
    const seen = new Set<string>();
    let at: Entry | undefined = entry;
    while (at && at.parent !== null && !seen.has(at.id)) {
      seen.add(at.id);
      at = byId.get(at.parent);
    }
    return at !== undefined && at.parent === null;
  };
  const messages = [...byId.values()].map((entry) => (leadsToBeginning(entry) ? entry : { ...entry, parent: null }));
  const { leaf } = conversation;
  const last = messages.reduce<Entry | null>((a, b) => (a && a.createdAt > b.createdAt ? a : b), null);
  return {
    conversation: leaf !== null && byId.has(leaf) ? conversation : { ...conversation, leaf: last?.id ?? null },
    messages,
  };
}

function parseAnswer({
  status,
  by,
  figures,
  forgotten,
}: Record<string, unknown>): Omit<Answer, keyof Message | 'role'> {
  return {
    status: STATUSES.find((known) => known === status) ?? 'interrupted',
    by: parseAuthor(by),
    figures: parseFigures(figures),
    forgotten: countOf(forgotten) ?? 0,
  };
}

type Message = Pick<Entry, 'id' | 'parent' | 'createdAt' | 'text'>;

function parseAuthor(value: unknown): Author | null {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.name !== 'string') return null;
  return { id: value.id, name: value.name, server: typeof value.server === 'string' ? value.server : null };
}

function parseFigures(value: unknown): AnswerFigures | null {
  if (!isObject(value)) return null;
  const [tokens, hits, misses] = [value.tokens, value.hits, value.misses].map(countOf);
  const { tokensPerSecond } = value;
  if (tokens === undefined || hits === undefined || misses === undefined || !isAmount(tokensPerSecond)) return null;
  return { tokens, tokensPerSecond, hits, misses };
}

function parseFiles(value: unknown): AttachedFile[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((file): AttachedFile[] =>
    isObject(file) && typeof file.name === 'string' && typeof file.text === 'string'
      ? [{ name: file.name, text: file.text }]
      : [],
  );
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,80}$/.test(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
const timeOf = (value: unknown): number | undefined => (isAmount(value) ? value : undefined);
const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
