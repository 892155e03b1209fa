import { MixtabError } from '../protocol/errors';
import { damaged } from './gguf-errors';
import { type ProtobufField, protobufFields } from './protobuf';
import { NORMAL, sentencePieceJson } from './sentencepiece-tokenizer';

/** What a tokenizer.model says: its vocabulary as a tokenizer.json, and the texts of its special tokens. */
export interface SentencePieceModel {
  json: string;
  bosToken: string | null;
  eosToken: string | null;
}

const BPE = 2;
/** As other tokenizers of the family have them at most; each costs memory well beyond its bytes. */
const MAX_PIECES = 2 ** 20;

/**
 * Reads a SentencePiece model (sentencepiece_model.proto). `file`: for messages. Throws `checkpoint-invalid` for what is no such model,
 * `config-unsupported` for one that splits texts in another way than Mixtral's.
 */
export function parseSentencePieceModel(
  bytes: Uint8Array<ArrayBuffer>,
  vocabSize: number,
  file = 'tokenizer.model',
): SentencePieceModel {
  const { pieces, trainer, normalizer } = readModel(bytes, Math.min(vocabSize, MAX_PIECES), file);
  const number = (message: Message, field: number, fallback: number) => message.get(field)?.varint ?? fallback;
  const expect = (holds: boolean, key: string, expected: string, got: string | number) => {
    if (!holds) throw unsupportedModel(file, key, expected, String(got));
  };
  expect(number(trainer, 3, 1) === BPE, 'trainer_spec.model_type', 'BPE (2)', number(trainer, 3, 1));
  expect(number(normalizer, 4, 1) === 0, 'normalizer_spec.remove_extra_whitespaces', 'false', 'true');
  expect(number(normalizer, 5, 1) === 1, 'normalizer_spec.escape_whitespaces', 'true', 'false');
  const charsmap = normalizer.get(2)?.bytes?.length ?? 0;
  expect(charsmap === 0, 'normalizer_spec.precompiled_charsmap', 'none', `${charsmap} bytes`);
  if (new Set(pieces.map(({ text }) => text)).size !== pieces.length)
    throw damaged(file, 'different texts as pieces', 'one of them twice');

  const unknown = pieces[number(trainer, 40, 0)];
  if (!unknown) throw damaged(file, `an unk_id below ${pieces.length}`, String(number(trainer, 40, 0)));
  return {
    json: sentencePieceJson({
      pieces,
      unknownToken: unknown.text,
      addSpacePrefix: number(normalizer, 3, 1) === 1,
      byteFallback: number(trainer, 35, 0) === 1,
    }),
    // -1 where there is none.
    bosToken: pieces[number(trainer, 41, 1)]?.text ?? null,
    eosToken: pieces[number(trainer, 42, 2)]?.text ?? null,
  };
}

type Piece = { text: string; score: number; kind: number };
/** The last field of each number. */
type Message = Map<number, ProtobufField>;

function readModel(bytes: Uint8Array<ArrayBuffer>, maxPieces: number, file: string) {
  const pieces: Piece[] = [];
  let trainer: Message = new Map();
  let normalizer: Message = new Map();
  try {
    for (const field of protobufFields(bytes)) {
      if (field.bytes === undefined) continue;
      if (field.number === 1) {
        if (pieces.length === maxPieces) throw new RangeError(`at most ${maxPieces} pieces`);
        pieces.push(readPiece(messageOf(field.bytes)));
      } else if (field.number === 2) trainer = messageOf(field.bytes);
      else if (field.number === 3) normalizer = messageOf(field.bytes);
    }
    if (pieces.length === 0) throw new RangeError('pieces');
  } catch (error) {
    if (error instanceof RangeError) throw damaged(file, `a SentencePiece model: ${error.message}`, 'something else');
    throw error;
  }
  return { pieces, trainer, normalizer };
}

const messageOf = (bytes: Uint8Array<ArrayBuffer>): Message =>
  new Map([...protobufFields(bytes)].map((field) => [field.number, field]));

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readPiece(message: Message): Piece {
  const text = message.get(1)?.bytes;
  if (!text || text.length === 0) throw new RangeError('a text in every piece');
  const score = message.get(2)?.float ?? 0;
  if (!Number.isFinite(score)) throw new RangeError('a finite score in every piece');
  try {
    return { text: utf8.decode(text), score, kind: message.get(3)?.varint ?? NORMAL };
  } catch {
    throw new RangeError('UTF-8 in every piece');
  }
}

function unsupportedModel(file: string, key: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'config-unsupported',
    `${file}: ${key} expected ${expected}, got ${got}`,
    'Add a tokenizer.json: `AutoTokenizer.from_pretrained(folder).save_pretrained(folder)` writes one.',
    { file, field: key },
  );
}
