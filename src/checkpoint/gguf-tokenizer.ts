import type { Manifest } from '../pack/manifest';
import { damaged } from './gguf-errors';
import type { GgufMetadata } from './gguf-metadata';
import { sentencePieceMerges } from './sentencepiece-merges';

/** Kinds of token, by SentencePiece's numbers. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const NORMAL = 1;

/**
 * The tokenizer of a GGUF with a SentencePiece BPE vocabulary (`llama`), as the tokenizer.json that Hugging Face's converter makes of
 * the same vocabulary, so that ids are the same; chat template and special tokens. Throws `checkpoint-invalid` or `config-unsupported`.
 */
export function ggufTokenizer(meta: GgufMetadata, vocabSize: number): Manifest['tokenizer'] {
  if (meta.text('tokenizer.ggml.model') !== 'llama')
    throw meta.unsupported('tokenizer.ggml.model', '"llama" (SentencePiece, as Mixtral has)');
  const tokens = meta.texts('tokenizer.ggml.tokens');
  const scores = meta.numbers('tokenizer.ggml.scores');
  const types = meta.numbers('tokenizer.ggml.token_type');
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const expect = (holds: boolean, expected: string, got: string | number) => {
    if (!holds) throw damaged(meta.file, expected, String(got));
  };
  expect(tokens.length <= vocabSize, `at most ${vocabSize} tokenizer.ggml.tokens`, tokens.length);
  expect(scores.length === tokens.length, `${tokens.length} tokenizer.ggml.scores`, scores.length);
  expect(types.length === tokens.length, `${tokens.length} tokenizer.ggml.token_type`, types.length);
  expect(ids.size === tokens.length, 'different texts as tokenizer.ggml.tokens', 'one of them twice');

  const token = (key: string, fallback: number): string => {
    const id = meta.count(key, fallback);
    const text = tokens[id];
    if (text === undefined) throw damaged(meta.file, `${key} below ${tokens.length}`, String(id));
    return text;
  };
  const pieces = new Map<string, { id: number; score: number }>();
  for (const [id, text] of tokens.entries()) {
    if (types[id] === NORMAL) pieces.set(text, { id, score: scores[id] as number });
  }
  const added = tokens.flatMap((content, id) => {
    const special = types[id] === UNKNOWN || types[id] === CONTROL;
    if (!special && types[id] !== USER_DEFINED) return [];
    return [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special }];
  });
  const space = meta.flag('tokenizer.ggml.add_space_prefix', true);
  return {
    json: JSON.stringify({
      version: '1.0',
      added_tokens: added,
      normalizer: { type: 'Sequence', normalizers: [...(space ? [PREPEND] : []), REPLACE] },
      pre_tokenizer: null,
      post_processor: null,
      decoder: { type: 'Sequence', decoders: [...DECODERS, ...(space ? [STRIP] : [])] },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: token('tokenizer.ggml.unknown_token_id', 0),
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: true,
        vocab: Object.fromEntries(ids),
        merges: sentencePieceMerges(pieces),
      },
    }),
    chatTemplate: meta.has('tokenizer.chat_template') ? meta.text('tokenizer.chat_template') : null,
    bosToken: token('tokenizer.ggml.bos_token_id', 1),
    eosToken: token('tokenizer.ggml.eos_token_id', 2),
    addBos: meta.flag('tokenizer.ggml.add_bos_token', true),
  };
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
