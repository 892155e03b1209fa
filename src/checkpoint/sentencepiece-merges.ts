/** Nothing longer is a SentencePiece piece (its own limit is 16); what else stands in a vocabulary must not cost quadratic time. */
const MAX_PIECE_LENGTH = 256;

/**
 * SentencePiece joins the two neighbours whose joint piece has the highest score; the `tokenizers` library has a ranked list of pairs.
 * Every way to cut a piece into two pieces becomes a pair, ranked by the piece's score; pairs of one piece by the ids of their halves. This
 * is the order of Hugging Face's own converter.
 */
export function sentencePieceMerges(
  pieces: ReadonlyMap<string, { id: number; score: number }>,
): [left: string, right: string][] {
  const pairs: { left: string; right: string; score: number; leftId: number; rightId: number; order: number }[] = [];
  let order = 0;
  for (const [piece, { score }] of pieces) {
    order++;
    if (piece.length > MAX_PIECE_LENGTH) continue;
    for (let cut = 1; cut < piece.length; cut++) {
      const [left, right] = [piece.slice(0, cut), piece.slice(cut)];
      const [leftId, rightId] = [pieces.get(left)?.id, pieces.get(right)?.id];
      if (leftId !== undefined && rightId !== undefined) pairs.push({ left, right, score, leftId, rightId, order });
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.order - b.order || a.leftId - b.leftId || a.rightId - b.rightId);
  return pairs.map(({ left, right }) => [left, right]);
}
