import { isObject } from '../../lib/json';

/**
 * The pieces of a tokenizer.json by id, as it spells them (`▁the`, `<0x0A>`), '' for control tokens but `shown`: XGrammar takes an empty piece to
 * be in no text. The file was checked when the tokenizer was made (special-tokens.ts).
 */
export function piecesOf(tokenizerJson: string, shown: (name: string) => boolean = () => false): string[] {
  const { model, added_tokens: added } = JSON.parse(tokenizerJson);
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries<number>(model.vocab)) pieces[id] = piece;
  for (const { id, content, special } of Array.isArray(added) ? added.filter(isObject) : []) {
    pieces[id as number] = special && !shown(content as string) ? '' : (content as string);
  }
  return Array.from(pieces, (piece) => piece ?? '');
}

/** A byte token's byte, else null. */
export function byteOf(piece: string): number | null {
  const hex = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  return hex === undefined ? null : Number.parseInt(hex, 16);
}
