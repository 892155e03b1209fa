import type { GenerateStats } from '../../protocol/engine';

/** `interrupted`: the page went away while it was being written. */
export type AnswerStatus = 'streaming' | 'done' | 'length' | 'stopped' | 'failed' | 'interrupted';

interface Message {
  id: string;
  /** What it follows; null at the beginning. Messages with the same parent are branches. */
  parent: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  text: string;
}

export interface AttachedFile {
  name: string;
  text: string;
}

export interface Question extends Message {
  role: 'user';
  files: readonly AttachedFile[];
}

/** Who wrote an answer. */
export interface Author {
  /** The model's, with its server's address where that one answered. */
  id: string;
  name: string;
  /** Host of the server; null: this device. */
  server: string | null;
}

/** Of an answer, what is kept with it. */
export interface AnswerFigures {
  tokens: number;
  tokensPerSecond: number;
  hits: number;
  misses: number;
}

export interface Answer extends Message {
  role: 'assistant';
  status: AnswerStatus;
  /** Null where it was imported from somewhere that does not say. */
  by: Author | null;
  /** Null until the first tokens arrive. */
  figures: AnswerFigures | null;
  /** How many of the oldest messages no longer fitted the model's context when this was written. */
  forgotten: number;
}

export type Entry = Question | Answer;

export interface Conversation {
  id: string;
  /** Empty until the first question gives it one, or the user. */
  title: string;
  /** What the model is told before all else. */
  system: string;
  createdAt: number;
  updatedAt: number;
  /** The last message of the branch that is shown; null where nothing was said yet. */
  leaf: string | null;
}

/** One conversation: a tree of messages, of which one branch is shown. */
export interface ChatState {
  conversation: Conversation;
  messages: Readonly<Record<string, Entry>>;
  /** What follows each message, the oldest first; null: how the conversation begins. */
  branches: ReadonlyMap<string | null, readonly string[]>;
  /** The branch that is shown, from the first message to the leaf. */
  path: readonly Entry[];
}

export type ChatAction =
  | { type: 'chat/opened'; conversation: Conversation; messages: readonly Entry[] }
  /** New messages, each the parent of the next: they become the branch that is shown. */
  | { type: 'chat/added'; entries: readonly Entry[] }
  /** Shows the branch that ends with this message. */
  | { type: 'chat/shown'; leaf: string }
  | { type: 'chat/changed'; change: Partial<Pick<Conversation, 'title' | 'system'>> }
  | { type: 'chat/resumed'; answerId: string; by: Author }
  | { type: 'chat/forgot'; answerId: string; forgotten: number }
  /** `figures`: of the whole answer; null where the engine tells none. */
  | {
      type: 'chat/streamed';
      answerId: string;
      text: string;
      stats: GenerateStats | null;
      figures: AnswerFigures | null;
    }
  | { type: 'chat/ended'; answerId: string; status: Exclude<AnswerStatus, 'streaming'> };

/** Longest title that is made of a question, characters. */
const TITLE_LENGTH = 60;

export function emptyConversation(id: string, now: number): Conversation {
  return { id, title: '', system: '', createdAt: now, updatedAt: now, leaf: null };
}

export function chatOf(conversation: Conversation, messages: readonly Entry[]): ChatState {
  const byId = Object.fromEntries(messages.map((entry) => [entry.id, entry]));
  return showing({ conversation, messages: byId, branches: branchesOf(messages), path: [] }, conversation.leaf);
}

/** Entries that did not change keep their identity, so that React leaves them alone while the last one streams. */
export function reduceChat(chat: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'chat/opened':
      return chatOf(action.conversation, action.messages);
    case 'chat/added':
      return added(chat, action.entries);
    case 'chat/shown':
      return action.leaf === chat.conversation.leaf ? chat : showing(chat, action.leaf);
    case 'chat/changed':
      return { ...chat, conversation: { ...chat.conversation, ...action.change } };
    case 'chat/resumed': {
      const last = chat.path.at(-1);
      if (last?.role !== 'assistant' || last.id !== action.answerId || last.status === 'streaming') return chat;
      return withLast(chat, { ...last, status: 'streaming', by: action.by });
    }
    case 'chat/forgot':
      return changeAnswer(chat, action.answerId, () => ({ forgotten: action.forgotten }));
    case 'chat/streamed':
      return changeAnswer(chat, action.answerId, (answer) => ({
        text: answer.text + action.text,
        figures: action.figures ?? answer.figures,
      }));
    case 'chat/ended':
      return changeAnswer(chat, action.answerId, () => ({ status: action.status }));
  }
}

export function isStreaming({ path }: Pick<ChatState, 'path'>): boolean {
  const last = path.at(-1);
  return last?.role === 'assistant' && last.status === 'streaming';
}

/** The branches beside a message, itself among them, the oldest first. */
export function siblingsOf(chat: ChatState, entry: Entry): readonly string[] {
  return chat.branches.get(entry.parent) ?? [entry.id];
}

/** Where the newest branch behind a message ends. */
export function tipOf({ branches }: Pick<ChatState, 'branches'>, id: string): string {
  let tip = id;
  for (let next = branches.get(tip)?.at(-1); next !== undefined; next = branches.get(tip)?.at(-1)) tip = next;
  return tip;
}

/** The first line of a text, cut where it is long. */
export function titleOf(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : line;
}

function added(chat: ChatState, entries: readonly Entry[]): ChatState {
  const messages = { ...chat.messages, ...Object.fromEntries(entries.map((entry) => [entry.id, entry])) };
  const { conversation } = chat;
  const question = entries.find(({ role }) => role === 'user');
  const title = conversation.title || titleOf(question?.text ?? '');
  const { id: leaf = conversation.leaf, createdAt: updatedAt = conversation.updatedAt } = entries.at(-1) ?? {};
  const next = { ...chat, conversation: { ...conversation, title, updatedAt }, messages };
  return showing({ ...next, branches: branchesOf(Object.values(messages)) }, leaf);
}

function showing(chat: ChatState, leaf: string | null): ChatState {
  return { ...chat, conversation: { ...chat.conversation, leaf }, path: pathTo(chat.messages, leaf) };
}

function pathTo(messages: Readonly<Record<string, Entry>>, leaf: string | null): Entry[] {
  const path: Entry[] = [];
  for (let entry = leaf === null ? undefined : messages[leaf]; entry; ) {
    path.push(entry);
    entry = entry.parent === null ? undefined : messages[entry.parent];
  }
  return path.reverse();
}

function branchesOf(messages: readonly Entry[]): Map<string | null, string[]> {
  const branches = new Map<string | null, string[]>();
  for (const { id, parent } of [...messages].sort((a, b) => a.createdAt - b.createdAt)) {
    branches.set(parent, [...(branches.get(parent) ?? []), id]);
  }
  return branches;
}

/** Only an answer that is still being written changes: what a cancelled request sends late is dropped. */
function changeAnswer(chat: ChatState, id: string, change: (answer: Answer) => Partial<Answer>): ChatState {
  const last = chat.path.at(-1);
  if (last?.role !== 'assistant' || last.id !== id || last.status !== 'streaming') return chat;
  return withLast(chat, { ...last, ...change(last) });
}

function withLast(chat: ChatState, entry: Entry): ChatState {
  return { ...chat, messages: { ...chat.messages, [entry.id]: entry }, path: [...chat.path.slice(0, -1), entry] };
}
