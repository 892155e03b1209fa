import { describe, expect, it } from 'vitest';
import { settle, summary, tallyPlaywright, tallyVitest } from './tally.mjs';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  message: '',
  assertionResults: tests.map((test, index) => ({ status: test, fullName: `test ${index}` })),
});

describe('tallyVitest', () => {
  it('counts tests by their status', () => {
    const testResults = [file('failed', 'passed', 'failed', 'passed'), file('passed', 'pending', 'todo', 'skipped')];
    expect(tallyVitest({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 3, failures: ['test 1'] });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(tallyVitest({ testResults: [file('failed')] })).toMatchObject({ failed: 1, failures: ['a.test.ts'] });
    expect(tallyVitest({ testResults: [file('failed', 'passed')] })).toMatchObject({ passed: 1, failed: 1 });
  });
});

describe('tallyPlaywright', () => {
  it('counts flaky tests and errors outside of tests as failures', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 2, skipped: 3 };
    const specs = [
      { title: 'sends', ok: true },
      { title: 'stops', ok: false },
    ];
    const suites = [{ title: 'app.spec.ts', suites: [{ title: 'chat', specs }] }];
    expect(tallyPlaywright({ stats, suites, errors: [{ message: 'no server' }] })).toEqual({
      passed: 5,
      failed: 4,
      skipped: 3,
      failures: ['app.spec.ts: chat: stops', 'no server'],
    });
  });
});

describe('settle', () => {
  const tally = { passed: 3, failed: 0, skipped: 1, failures: [] };

  it('fails a step without results', () => {
    expect(settle(null, 0, false)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('fails a step that ran nothing, or whose program failed though no test did', () => {
    expect(settle({ passed: 0, failed: 0, skipped: 0, failures: [] }, 0, false)).toMatchObject({ failed: 1 });
    expect(settle(tally, 1, false)).toMatchObject({ passed: 3, failed: 1 });
    expect(settle({ ...tally, failed: 2 }, 1, false)).toMatchObject({ failed: 2 });
    expect(settle(tally, 0, false)).toEqual(tally);
  });

  it('counts a skipped test as failed in CI', () => {
    expect(settle(tally, 0, true)).toMatchObject({ passed: 3, failed: 1, failures: ['1 skipped'] });
  });
});

it('sums up in one line', () => {
  const one = { passed: 3, failed: 0, skipped: 1, failures: [] };
  expect(summary([one, { ...one, failed: 2 }])).toBe('6 passed, 2 failed');
});
