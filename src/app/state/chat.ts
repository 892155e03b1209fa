import type { ChatMessage, GenerateStats } from '../../protocol/engine';

export type AnswerStatus = 'streaming' | 'done' | 'length' | 'stopped' | 'failed';

export interface Question {
  id: string;
  role: 'user';
  text: string;
}

export interface Answer {
  id: string;
  role: 'assistant';
  text: string;
  status: AnswerStatus;
  /** Null until the first tokens arrive. */
  stats: GenerateStats | null;
  /** The server that wrote it; null: this device. */
  from: string | null;
  /** How many of the oldest messages no longer fitted the model's context when this was written. */
  forgotten: number;
}

/** Said between messages, never to a model: which model answers from here on. */
export interface Note {
  id: string;
  role: 'note';
  text: string;
}

export type Entry = Question | Answer | Note;
export type Chat = readonly Entry[];

export type ChatAction =
  | { type: 'chat/asked'; question: string; questionId: string; answerId: string; from: string | null }
  | { type: 'chat/regenerated'; answerId: string; from: string | null }
  | { type: 'chat/forgot'; answerId: string; forgotten: number }
  | { type: 'chat/streamed'; answerId: string; text: string; stats: GenerateStats | null }
  | { type: 'chat/ended'; answerId: string; status: Exclude<AnswerStatus, 'streaming'> }
  | { type: 'chat/noted'; id: string; text: string }
  | { type: 'chat/cleared' };

/** Entries that did not change keep their identity, so that React leaves them alone while the last one streams. */
export function reduceChat(chat: Chat, action: ChatAction): Chat {
  switch (action.type) {
    case 'chat/asked':
      return [...chat, { id: action.questionId, role: 'user', text: action.question }, newAnswer(action)];
    case 'chat/regenerated':
      return chat.at(-1)?.role === 'assistant' ? [...chat.slice(0, -1), newAnswer(action)] : chat;
    case 'chat/forgot':
      return changeAnswer(chat, action.answerId, () => ({ forgotten: action.forgotten }));
    case 'chat/streamed':
      return changeAnswer(chat, action.answerId, (answer) => ({
        text: answer.text + action.text,
        stats: action.stats ?? answer.stats,
      }));
    case 'chat/ended':
      return changeAnswer(chat, action.answerId, () => ({ status: action.status }));
    case 'chat/noted':
      // Of two with nothing said between them, the first says nothing.
      return [...withoutLastNote(chat), { id: action.id, role: 'note', text: action.text }];
    case 'chat/cleared':
      return chat.length === 0 ? chat : [];
  }
}

export function isStreaming(chat: Chat): boolean {
  const last = chat.at(-1);
  return last?.role === 'assistant' && last.status === 'streaming';
}

/** A message of people or model: no tool's. */
type Spoken = Exclude<ChatMessage, { role: 'tool' }>;

/** What the model is to read: all but the answer being written, and no answers that came to nothing. */
export function toMessages(chat: Chat): Spoken[] {
  const entries = isStreaming(chat) ? chat.slice(0, -1) : chat;
  const messages: Spoken[] = [];
  for (const { role, text } of entries) {
    if (role === 'note') continue;
    if (role === 'assistant' && text.trim() === '') {
      // Templates such as Mixtral's insist on alternating roles, so its question goes too.
      messages.pop();
    } else {
      messages.push({ role, content: text });
    }
  }
  return messages;
}

/** For a base model, which goes on with a text: what was said as one text, a blank line before each new question. */
export function toText(chat: Chat): string {
  return toMessages(chat)
    .map(({ role, content }, index) => (role === 'user' && index > 0 ? `\n\n${content}` : content))
    .join('');
}

function withoutLastNote(chat: Chat): Chat {
  return chat.at(-1)?.role === 'note' ? chat.slice(0, -1) : chat;
}

function newAnswer({ answerId, from }: { answerId: string; from: string | null }): Answer {
  return { id: answerId, role: 'assistant', text: '', status: 'streaming', stats: null, from, forgotten: 0 };
}

/** Only an answer that is still being written changes: what a cancelled request sends late is dropped. */
function changeAnswer(chat: Chat, id: string, change: (answer: Answer) => Partial<Answer>): Chat {
  const last = chat.at(-1);
  if (last?.role !== 'assistant' || last.id !== id || last.status !== 'streaming') return chat;
  return [...chat.slice(0, -1), { ...last, ...change(last) }];
}
