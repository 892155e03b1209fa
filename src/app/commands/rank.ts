export interface Named {
  label: string;
  /** What else it may be called: its name in English. */
  alias?: string;
}

/** What fits a query, the best first; of equals, the earlier. Each word of the query has to be there; an empty one fits all. */
export function rank<Item extends Named>(items: readonly Item[], query: string): Item[] {
  const parts = fold(query).split(/\s+/).filter(Boolean);
  return items
    .map((item) => ({
      item,
      score: Math.max(scoreOf(fold(item.label), parts), scoreOf(fold(item.alias ?? ''), parts)),
    }))
    .filter(({ score }) => score >= 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** Below 0: it does not fit. */
function scoreOf(name: string, parts: readonly string[]): number {
  let sum = 0;
  for (const part of parts) {
    const score = scorePart(name, part);
    if (score < 0) return -1;
    sum += score;
  }
  return sum;
}

/** The beginning of the name is worth most, then of a word, then any place, then the letters in their order. */
function scorePart(name: string, part: string): number {
  if (name.startsWith(part)) return 4;
  const at = name.indexOf(part);
  if (at >= 0) return /[\p{L}\p{N}]/u.test(name[at - 1] ?? ' ') ? 2 : 3;
  let from = 0;
  for (const letter of part) {
    const next = name.indexOf(letter, from);
    if (next < 0) return -1;
    from = next + letter.length;
  }
  return 1;
}

/** Small letters without marks. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
