import type { Author, Entry } from '../state/chat';

/** What the list of messages has to know of each, without its text. */
export interface OutlineRow {
  id: string;
  /** What it follows: branches are drawn in the same place, so that the focus stays where they are switched. */
  place: string;
  /** Of a question: who answers from here on, where someone else did before. */
  newAuthor: Author | null;
}

/** The rows of a branch. `before` itself where nothing of it has changed: an answer that grows concerns no other message. */
export function outlineOf(path: readonly Entry[], before: readonly OutlineRow[]): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  let author: Author | null = null;
  for (const [index, entry] of path.entries()) {
    const next = path[index + 1];
    const by = entry.role === 'user' && next?.role === 'assistant' ? next.by : null;
    const newAuthor = by !== null && author !== null && by.id !== author.id ? by : null;
    author = by ?? author;
    const row: OutlineRow = { id: entry.id, place: entry.parent ?? 'beginning', newAuthor };
    const old = before[index];
    rows.push(old && isSame(old, row) ? old : row);
  }
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows;
}

/** Who wrote the last answer of which that is known. */
export function lastAuthor(path: readonly Entry[]): Author | null {
  const last = path.findLast((entry) => entry.role === 'assistant' && entry.by !== null);
  return last?.role === 'assistant' ? last.by : null;
}

function isSame(a: OutlineRow, b: OutlineRow): boolean {
  return a.id === b.id && a.place === b.place && a.newAuthor?.id === b.newAuthor?.id;
}
