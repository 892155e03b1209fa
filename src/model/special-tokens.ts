import { MixtabError } from '../protocol/errors';

/**
 * The tokenizer library turns `</s>` into the control token wherever it stands, also inside what a user typed. So the control tokens
 * are renamed to unguessable marks before the library reads the file: the template writes marks, and text can not.
 */
export interface MarkedTokenizer {
  /** tokenizer.json with marks in place of the control tokens' names; ids unchanged. */
  json: string;
  /** Control token, as the model's files spell it, to its mark and id. */
  specials: Map<string, { mark: string; id: number }>;
  /** Ids of the byte-fallback tokens `<0x00>`..`<0xFF>` to their bytes. */
  bytes: Map<number, number>;
}

interface AddedToken {
  id: number;
  content: string;
  special: boolean;
}

/** Throws `tokenizer-failed` when `source` is no tokenizer.json of the kind that Mixtral has: BPE with byte fallback. */
export function markSpecialTokens(source: string): MarkedTokenizer {
  const root = parseObject(source);
  const model = asRecord(root.model, 'model');
  const vocab = asRecord(model.vocab, 'model.vocab');
  if (!Array.isArray(model.merges)) throw failed('model.merges', 'a list (BPE)', typeof model.merges);
  if (JSON.stringify(root.decoder ?? null).includes('"ByteLevel"')) {
    throw failed('decoder', 'SentencePiece pieces with byte fallback', 'ByteLevel');
  }
  const added = root.added_tokens ?? [];
  if (!Array.isArray(added) || !added.every(isAddedToken))
    throw failed('added_tokens', 'a list of tokens', typeof added);

  const nonce = crypto.randomUUID();
  const specials = new Map<string, { mark: string; id: number }>();
  for (const { id, content, special } of added) {
    if (special) specials.set(content, { mark: `<|${nonce}:${id}|>`, id });
  }
  const rename = (name: unknown) => (typeof name === 'string' ? (specials.get(name)?.mark ?? name) : name);
  const entries = Object.entries(vocab);
  const json = JSON.stringify({
    ...root,
    added_tokens: added.map((token) => ({ ...token, content: rename(token.content) })),
    // BOS is this project's to add, and the processor names tokens that are gone.
    post_processor: null,
    model: {
      ...model,
      unk_token: rename(model.unk_token),
      vocab: Object.fromEntries(entries.map(([piece, id]) => [rename(piece), id])),
      merges: model.merges.filter((merge: unknown) => !specials.has(mergedPiece(merge))),
    },
  });
  return { json, specials, bytes: model.byte_fallback === true ? byteTokens(entries) : new Map() };
}

function byteTokens(entries: [string, unknown][]): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const [piece, id] of entries) {
    const hex = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
    if (hex !== undefined && typeof id === 'number') bytes.set(id, Number.parseInt(hex, 16));
  }
  return bytes;
}

/** A merge is `"a b"` in older files and `["a", "b"]` in newer ones. */
function mergedPiece(merge: unknown): string {
  return Array.isArray(merge) ? merge.join('') : String(merge).replace(' ', '');
}

function parseObject(source: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch (error) {
    throw failed('the file', 'JSON', error instanceof Error ? error.message : 'something else');
  }
  return asRecord(parsed, 'the file');
}

function asRecord(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw failed(field, 'an object', typeof value);
  return value as Record<string, unknown>;
}

function isAddedToken(value: unknown): value is AddedToken {
  if (typeof value !== 'object' || value === null) return false;
  const token = value as Record<string, unknown>;
  return Number.isInteger(token.id) && typeof token.content === 'string' && typeof token.special === 'boolean';
}

export function failed(field: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'tokenizer-failed',
    `tokenizer.json: ${field} expected ${expected}, got ${got}`,
    'The tokenizer of this pack does not fit Mixtral: convert the checkpoint again with its own tokenizer.json.',
    { field },
  );
}
