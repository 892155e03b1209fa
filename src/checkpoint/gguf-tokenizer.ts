import type { Manifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { damaged } from './gguf-errors';
import type { GgufMetadata } from './gguf-metadata';
import { sentencePieceJson } from './sentencepiece-tokenizer';

/**
 * The tokenizer of a GGUF with a SentencePiece BPE vocabulary (`llama`), chat template and special tokens. Throws `checkpoint-invalid`, or
 * `config-unsupported` for a vocabulary of another kind.
 */
export function ggufTokenizer(meta: GgufMetadata, vocabSize: number): Manifest['tokenizer'] {
  if (meta.text('tokenizer.ggml.model') !== 'llama') throw otherVocabulary(meta);
  const tokens = meta.texts('tokenizer.ggml.tokens');
  const scores = meta.numbers('tokenizer.ggml.scores');
  const types = meta.numbers('tokenizer.ggml.token_type');
  const expect = (holds: boolean, expected: string, got: string | number) => {
    if (!holds) throw damaged(meta.file, expected, String(got));
  };
  expect(tokens.length <= vocabSize, `at most ${vocabSize} tokenizer.ggml.tokens`, tokens.length);
  expect(scores.length === tokens.length, `${tokens.length} tokenizer.ggml.scores`, scores.length);
  expect(types.length === tokens.length, `${tokens.length} tokenizer.ggml.token_type`, types.length);
  expect(new Set(tokens).size === tokens.length, 'different texts as tokenizer.ggml.tokens', 'one of them twice');

  const token = (key: string, fallback: number): string => {
    const id = meta.count(key, fallback);
    const text = tokens[id];
    if (text === undefined) throw damaged(meta.file, `${key} below ${tokens.length}`, String(id));
    return text;
  };
  return {
    json: sentencePieceJson({
      pieces: tokens.map((text, id) => ({ text, score: scores[id] as number, kind: types[id] as number })),
      unknownToken: token('tokenizer.ggml.unknown_token_id', 0),
      addSpacePrefix: meta.flag('tokenizer.ggml.add_space_prefix', true),
      byteFallback: true,
    }),
    chatTemplate: meta.has('tokenizer.chat_template') ? meta.text('tokenizer.chat_template') : null,
    bosToken: token('tokenizer.ggml.bos_token_id', 1),
    eosToken: token('tokenizer.ggml.eos_token_id', 2),
    addBos: meta.flag('tokenizer.ggml.add_bos_token', true),
  };
}

function otherVocabulary(meta: GgufMetadata): MixtabError {
  const { code, message, data } = meta.unsupported('tokenizer.ggml.model', '"llama" (SentencePiece, as Mixtral has)');
  const hint =
    "This file's vocabulary leaves out how texts are split. Import the model's Hugging Face folder, whose tokenizer.json says it.";
  return new MixtabError(code, message, hint, data);
}
