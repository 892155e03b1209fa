/**
 * A text's ids in pieces that a context holds. Every piece begins with the text's first id, BOS, as a text does. The last may be shorter; one
 * that would hold BOS alone is left out.
 */
export function textWindows(ids: readonly number[], size: number): number[][] {
  const [bos, ...rest] = ids;
  if (bos === undefined || size < 2) return [];
  const pieces = Math.ceil(rest.length / (size - 1));
  return Array.from({ length: pieces }, (_, n) => [bos, ...rest.slice(n * (size - 1), (n + 1) * (size - 1))]);
}
