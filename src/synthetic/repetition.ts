/** How often consecutive tokens of a layer pick alike, 0..1, as in Table 5 of arXiv 2401.04088. */
export interface Repetition {
  /** They share an expert among the first and second choices; chance with 2 of 8: 0.46. */
  any: number;
  /** Their first choices are the same; chance: 0.125. */
  first: number;
}

/** Of sequences of tokens, each with its picks, first choice first. NaN where there are no two consecutive tokens. */
export function repetition(sequences: readonly (readonly (readonly number[])[])[]): Repetition {
  const pairs = sequences.flatMap((tokens) =>
    tokens.slice(1).map((picks, t) => [tokens[t] as readonly number[], picks] as const),
  );
  const share = (is: (before: readonly number[], now: readonly number[]) => boolean): number =>
    pairs.filter(([before, now]) => is(before, now)).length / pairs.length;
  return {
    any: share((before, now) => now.some((expert) => before.includes(expert))),
    first: share((before, now) => before[0] === now[0]),
  };
}
