/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Tally */

/**
 * Counts of a Vitest JSON report. A file that could not even be loaded counts as one failure.
 * @param {{ testResults: { name: string, status: string, message: string,
 *   assertionResults: { status: string, fullName: string }[] }[] }} report
 * @returns {Tally}
 */
export function tallyVitest(report) {
  const tally = empty();
  for (const file of report.testResults) {
    for (const test of file.assertionResults) count(tally, test.status, test.fullName);
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      count(tally, 'failed', file.name);
    }
  }
  return tally;
}

/** @typedef {{ title: string, specs?: { title: string, ok: boolean }[], suites?: Suite[] }} Suite */

/**
 * Counts of a Playwright JSON report. A test that passed only when tried again counts as failed.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, suites?: Suite[],
 *   errors?: { message?: string }[] }} report
 * @returns {Tally}
 */
export function tallyPlaywright({ stats, suites = [], errors = [] }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [...suites.flatMap(failedSpecs), ...errors.map((error) => error.message ?? 'error outside of a test')],
  };
}

/**
 * @param {Suite} suite
 * @returns {string[]}
 */
function failedSpecs({ title, specs = [], suites = [] }) {
  const failed = specs.filter((spec) => !spec.ok).map((spec) => spec.title);
  return [...failed, ...suites.flatMap(failedSpecs)].map((name) => `${title}: ${name}`);
}

/**
 * What a step adds to the sum, given what its program reported and how it ended. No report, no test, or a bad exit without a failed
 * test is a failure; in CI so is each skipped test.
 * @param {Tally | null} tally
 * @param {number} exitStatus
 * @param {boolean} ci
 * @returns {Tally}
 */
export function settle(tally, exitStatus, ci) {
  if (!tally) return { ...empty(), failed: 1, failures: ['ended without results'] };
  const settled = { ...tally, failures: [...tally.failures] };
  if (ci && tally.skipped > 0) {
    settled.failed += tally.skipped;
    settled.failures.push(`${tally.skipped} skipped`);
  }
  if (settled.failed === 0 && (exitStatus !== 0 || tally.passed + tally.skipped === 0)) {
    settled.failed = 1;
    settled.failures.push(exitStatus === 0 ? 'no test ran' : `ended with status ${exitStatus}`);
  }
  return settled;
}

/**
 * @param {Tally[]} tallies
 * @returns {string} `N passed, N failed`
 */
export function summary(tallies) {
  const sum = (/** @type {'passed' | 'failed'} */ key) => tallies.reduce((total, tally) => total + tally[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}

/** @returns {Tally} */
const empty = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

/**
 * @param {Tally} tally
 * @param {string} status
 * @param {string} name
 */
function count(tally, status, name) {
  if (status === 'passed') tally.passed++;
  else if (status === 'failed') {
    tally.failed++;
    tally.failures.push(name);
  } else tally.skipped++;
}
