import { sentencePieceMerges } from './sentencepiece-merges';

/** A SentencePiece BPE vocabulary, whether it came in a tokenizer.model or in a GGUF's metadata. */
export interface SentencePieceVocabulary {
  /** By id, each text once. */
  pieces: { text: string; score: number; kind: number }[];
  unknownToken: string;
  /** A space is put before the text. */
  addSpacePrefix: boolean;
  /** What no piece covers becomes its bytes' tokens. */
  byteFallback: boolean;
}

/** Kinds of piece, by SentencePiece's numbers. */
export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
const USER_DEFINED = 4;

/** Text of the tokenizer.json that Hugging Face's converter makes of the same vocabulary, so that ids are the same. */
export function sentencePieceJson(vocabulary: SentencePieceVocabulary): string {
  const { pieces, unknownToken, addSpacePrefix, byteFallback } = vocabulary;
  const joined = new Map<string, { id: number; score: number }>();
  for (const [id, { text, score, kind }] of pieces.entries()) if (kind === NORMAL) joined.set(text, { id, score });
  const added = pieces.flatMap(({ text, kind }, id) => {
    const special = kind === UNKNOWN || kind === CONTROL;
    if (!special && kind !== USER_DEFINED) return [];
    return [{ id, content: text, single_word: false, lstrip: false, rstrip: false, normalized: false, special }];
  });
  return JSON.stringify({
    version: '1.0',
    added_tokens: added,
    normalizer: { type: 'Sequence', normalizers: [...(addSpacePrefix ? [PREPEND] : []), REPLACE] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Sequence', decoders: [...DECODERS, ...(addSpacePrefix ? [STRIP] : [])] },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknownToken,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: byteFallback,
      vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
      merges: sentencePieceMerges(joined),
    },
  });
}

/** SentencePiece writes a space as U+2581, and one before the text. */
const SPACE = '\u2581';
const PREPEND = { type: 'Prepend', prepend: SPACE };
const REPLACE = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
const DECODERS = [
  { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
  { type: 'ByteFallback' },
  { type: 'Fuse' },
];
const STRIP = { type: 'Strip', content: ' ', start: 1, stop: 0 };
