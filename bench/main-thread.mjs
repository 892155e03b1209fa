/**
 * Of the tasks that last 0.1 ms or more; `Cpu`: the time that the thread had a core.
 * @typedef {object} Tasks
 * @property {number} count
 * @property {number} medianMs
 * @property {number} p99Ms
 * @property {number} longestMs
 * @property {number} over16
 * @property {number} over50
 * @property {number} longestCpuMs
 * @property {number} cpuOver16
 * @property {number} cpuOver50
 */

/**
 * @typedef {object} TraceEvent
 * @property {string} name
 * @property {string} ph
 * @property {number} pid
 * @property {number} tid
 * @property {number} [dur] microseconds
 * @property {number} [tdur] microseconds of CPU
 * @property {any} [args]
 */

/** What is shorter does nothing but look for work. */
const LEAST_MS = 0.1;

/** A mark of this name in the trace says which page is measured. */
export const PAGE_MARK = 'mixtab-measured-page';

/**
 * The tasks of the marked page's main thread in a trace of Chromium's, and of the others' those that last `spinMs` at least: what spins.
 * @param {TraceEvent[]} events
 * @param {number} spinMs
 * @returns {{ page: Tasks, beside: Tasks }}
 */
export function tasksOf(events, spinMs) {
  const marked = events.find(({ name }) => name === PAGE_MARK);
  if (!marked) throw new Error(`tasksOf: expected a mark named ${PAGE_MARK} in the trace, found none`);
  const isMain = new Set(
    events.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  const tasks = events.filter(
    ({ pid, tid, ph, name }) => ph === 'X' && name.endsWith('RunTask') && isMain.has(`${pid} ${tid}`),
  );
  return {
    page: figuresOf(tasks.filter(({ pid }) => pid === marked.pid)),
    beside: figuresOf(tasks.filter(({ pid, dur }) => pid !== marked.pid && (dur ?? 0) >= spinMs * 1000)),
  };
}

/**
 * @param {TraceEvent[]} tasks
 * @returns {Tasks}
 */
function figuresOf(tasks) {
  const real = tasks.filter(({ dur }) => (dur ?? 0) >= LEAST_MS * 1000);
  const wall = real.map(({ dur }) => (dur ?? 0) / 1000).sort((a, b) => a - b);
  const cpu = real.map(({ tdur }) => (tdur ?? 0) / 1000).sort((a, b) => a - b);
  const over = (/** @type {number[]} */ times, /** @type {number} */ ms) => times.filter((time) => time > ms).length;
  const at = (/** @type {number} */ share) => wall[Math.min(wall.length - 1, Math.floor(wall.length * share))] ?? 0;
  return {
    count: real.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    longestMs: wall.at(-1) ?? 0,
    over16: over(wall, 16),
    over50: over(wall, 50),
    longestCpuMs: cpu.at(-1) ?? 0,
    cpuOver16: over(cpu, 16),
    cpuOver50: over(cpu, 50),
  };
}
