import { type Answer, type ChatState, type Entry, siblingsOf } from '../state/chat';
import type { RouteBook } from './route-book';

/** An answer whose route is known, and what tells it apart. */
export interface ComparableAnswer {
  answer: Answer;
  /** The beginning of what it answers. */
  question: string;
  /** Which of the answers to that question it is, from 1, and of how many. */
  branch: number;
  branches: number;
}

const QUESTION_LENGTH = 40;

const isWritten = (entry: Entry): entry is Answer => entry.role === 'assistant' && entry.status !== 'streaming';

/** The answers of a conversation that can be compared, all branches, the oldest first. */
export function comparableAnswers(chat: ChatState, routes: RouteBook): ComparableAnswer[] {
  return Object.values(chat.messages)
    .flatMap((entry) => (isWritten(entry) && routes.has(entry.id) ? [entry] : []))
    .sort((a, b) => a.createdAt - b.createdAt)
    .map((answer) => {
      const siblings = siblingsOf(chat, answer);
      const asked = answer.parent === null ? undefined : chat.messages[answer.parent];
      const question = (asked?.text ?? '').replaceAll(/\s+/g, ' ').trim();
      const short = question.length > QUESTION_LENGTH ? `${question.slice(0, QUESTION_LENGTH)}…` : question;
      return { answer, question: short, branch: siblings.indexOf(answer.id) + 1, branches: siblings.length };
    });
}
