import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../protocol/errors';
import { type Problem, type ProblemSource, reduceProblems, remedyFor } from './problems';

const problem = (source: ProblemSource, code: ErrorCode): Problem => ({
  source,
  error: { code, message: code, hint: '', data: {} },
});

describe('problems', () => {
  it('stand one for each thing being done, and go when it succeeds', () => {
    const first = reduceProblems([], { type: 'problem/raised', problem: problem('answer', 'internal') });
    const second = reduceProblems(first, { type: 'problem/raised', problem: problem('answer', 'device-lost') });
    expect(second.map(({ error }) => error.code)).toEqual(['device-lost']);
    expect(reduceProblems(second, { type: 'problem/cured', source: 'load' })).toBe(second);
    expect(reduceProblems(second, { type: 'problem/cured', source: 'answer' })).toEqual([]);
  });

  it('offer what can help', () => {
    expect(remedyFor(problem('load', 'network-failed'))).toBe('load-again');
    expect(remedyFor(problem('answer', 'worker-died'))).toBe('load-again');
    expect(remedyFor(problem('answer', 'context-overflow'))).toBe('new-chat');
    expect(remedyFor(problem('budget', 'budget-too-small'))).toBe('least-budget');
    expect(remedyFor(problem('answer', 'template-failed'))).toBe('answer-again');
    expect(remedyFor(problem('notice', 'storage-full'))).toBe('dismiss');
    expect(remedyFor(problem('chats', 'storage-full'))).toBe('save-again');
    expect(remedyFor(problem('load', 'server-refused'))).toBe('open-server');
    expect(remedyFor(problem('answer', 'server-refused'))).toBe('answer-again');
  });

  it('never tell a notice to load anew what runs well', () => {
    for (const code of ERROR_CODES) expect(remedyFor(problem('load', code))).not.toBe('dismiss');
  });
});
