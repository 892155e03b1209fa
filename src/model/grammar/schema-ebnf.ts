/** Ranges of numbers by the literals that stand in their place in XGrammar's EBNF, which cannot be trusted with them. */
export type Ranges = Map<string, string>;

/** How a class begins of what JSON's texts may hold as it is. */
const UNTEXT = String.raw`[^\0-\x1f\"\\`;

/** Digits that a double holds. */
const DIGITS = 15;

/**
 * Corrects XGrammar's EBNF of a schema, and puts in the ranges that were taken out. Its numbers have digits without end: here as many as a double holds, with an exponent of two. Its
 * strings of a given length or pattern may hold quotes, backslashes and control characters as they are, which JSON forbids.
 */
export function boundEbnf(ebnf: string, ranges: Ranges = new Map()): string {
  const literalOrClass = /"(?:[^"\\]|\\.)*"|\[eE\] \[\+-\]\? \[0-9\]\+|\[(?:[^\]\\]|\\.)*\][*+]?/g;
  return ebnf.replace(literalOrClass, (part) => {
    const range = ranges.get(part);
    if (range) return range;
    if (part.startsWith('[eE]')) return '[eE] [+-]? [0-9]{1,2}';
    if (part === '[0-9]*') return `[0-9]{0,${DIGITS - 1}}`;
    if (part === '[0-9]+') return `[0-9]{1,${DIGITS}}`;
    return part.startsWith('[^') && !part.startsWith(UNTEXT) ? part.replace('[^', UNTEXT) : part;
  });
}
