import type { ErrorData } from '../../protocol/errors';

/** What was being done when it went wrong. One problem each at a time; it goes away when that is done without fault. */
export type ProblemSource = 'load' | 'answer' | 'budget' | 'chats' | 'notice';

export interface Problem {
  source: ProblemSource;
  error: ErrorData;
}

export type Problems = readonly Problem[];

export type ProblemAction =
  | { type: 'problem/raised'; problem: Problem }
  | { type: 'problem/cured'; source: ProblemSource };

export function reduceProblems(problems: Problems, action: ProblemAction): Problems {
  switch (action.type) {
    case 'problem/raised':
      return [...problems.filter(({ source }) => source !== action.problem.source), action.problem];
    case 'problem/cured':
      return problems.some(({ source }) => source === action.source)
        ? problems.filter(({ source }) => source !== action.source)
        : problems;
  }
}

/** The one thing to offer beside the message. */
export type Remedy =
  | 'load-again'
  | 'answer-again'
  | 'new-chat'
  | 'least-budget'
  | 'reload-page'
  | 'open-models'
  | 'open-server'
  | 'save-again'
  | 'dismiss';

export function remedyFor({ source, error }: Problem): Remedy {
  switch (error.code) {
    case 'budget-too-small':
    case 'gpu-out-of-memory':
      return 'least-budget';
    case 'context-overflow':
      return 'new-chat';
    case 'import-incomplete':
      return 'open-models';
    case 'server-refused':
    case 'server-answer-invalid':
      return source === 'load' ? 'open-server' : 'answer-again';
    case 'worker-died':
    case 'device-lost':
    case 'model-not-loaded':
      return 'load-again';
  }
  // A reload loses the chat, so it comes last.
  if (source === 'load') return error.code === 'internal' ? 'reload-page' : 'load-again';
  if (source === 'chats') return 'save-again';
  return source === 'answer' ? 'answer-again' : 'dismiss';
}
