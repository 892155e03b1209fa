import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkpointFiles, folderOf } from '../../tests/support/checkpoint-files';
import { sentencePieceFile, type TestPiece } from '../../tests/support/sentencepiece-file';
import { blobSource } from '../lib/byte-source';
import { readGgufHeader } from './gguf-header';
import { GgufMetadata } from './gguf-metadata';
import { ggufTokenizer } from './gguf-tokenizer';
import { openHfCheckpoint } from './hf-checkpoint';
import { parseSentencePieceModel } from './sentencepiece-model';

let pieces: TestPiece[];
let fromGguf: ReturnType<typeof ggufTokenizer>;
beforeAll(async () => {
  const file = await readFile(new URL('../../tests/fixtures/gguf/tiny-vocabulary.gguf', import.meta.url));
  const { metadata } = await readGgufHeader(blobSource(new Blob([Uint8Array.from(file)]), 'tiny.gguf'));
  const list = <T>(key: string) => metadata.get(`tokenizer.ggml.${key}`) as T[];
  const [scores, kinds] = [list<number>('scores'), list<number>('token_type')];
  pieces = list<string>('tokens').map((text, i) => ({ text, score: scores[i] as number, kind: kinds[i] as number }));
  fromGguf = ggufTokenizer(new GgufMetadata('tiny.gguf', metadata), 2048);
});

describe('a tokenizer.model', () => {
  it('gives the very tokenizer that the same vocabulary in a GGUF gives', () => {
    const made = parseSentencePieceModel(sentencePieceFile(pieces), 2048);
    expect(made).toEqual({ json: fromGguf.json, bosToken: '<s>', eosToken: '</s>' });
    expect(JSON.parse(made.json).model.byte_fallback).toBe(true);
  });

  it('says whether bytes stand in for what it has no piece for, and whether a space goes before the text', () => {
    const plain = sentencePieceFile(pieces, { 3: 2, 35: 0, 41: 2 ** 32 - 1 }, { 3: 0, 4: 0 });
    const { json, bosToken } = parseSentencePieceModel(plain, 2048);
    expect(JSON.parse(json).model.byte_fallback).toBe(false);
    expect(json).not.toMatch(/Prepend|Strip/);
    expect(bosToken).toBeNull();
  });

  it('can have user-defined pieces, which are matched whole, and control pieces, which are special', () => {
    const more = pieces.with(2046, { text: '[A]', score: 0, kind: 3 }).with(2047, { text: '[B]', score: 0, kind: 4 });
    const { added_tokens } = JSON.parse(parseSentencePieceModel(sentencePieceFile(more), 2048).json);
    expect(added_tokens.slice(3)).toMatchObject([
      { id: 2046, content: '[A]', special: true },
      { id: 2047, content: '[B]', special: false },
    ]);
  });

  it('serves a Hugging Face folder that has no tokenizer.json', async () => {
    const files = await checkpointFiles('b');
    files.delete('tokenizer.json');
    files.delete('tokenizer_config.json');
    files.set('tokenizer.model', sentencePieceFile(pieces.slice(0, 384)));
    const { tokenizer } = await openHfCheckpoint(folderOf(files));
    expect(Object.keys(JSON.parse(tokenizer.json).model.vocab).length).toBe(384);
    expect(tokenizer).toMatchObject({ bosToken: '<s>', eosToken: '</s>', addBos: true });
    files.set('tokenizer.model', sentencePieceFile(pieces));
    await expect(openHfCheckpoint(folderOf(files))).rejects.toMatchObject({ message: expect.stringContaining('384') });
  });

  it.each<[string, Record<number, number>, Record<number, number>, string]>([
    ['a unigram model', { 3: 1 }, { 4: 0 }, 'model_type'],
    ['one that joins spaces', { 3: 2 }, {}, 'remove_extra_whitespaces'],
    ['one that keeps spaces', { 3: 2 }, { 4: 0, 5: 0 }, 'escape_whitespaces'],
  ])('%s is refused as that', (_, trainer, normalizer, named) => {
    const parse = () => parseSentencePieceModel(sentencePieceFile(pieces, trainer, normalizer), 2048);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'config-unsupported', message: expect.stringContaining(named) }),
    );
  });

  it.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
    ['nothing', () => new Uint8Array(), 'pieces'],
    ['a text', () => new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'), 'SentencePiece'],
    ['a piece twice', () => sentencePieceFile([...pieces.slice(0, 9), ...pieces.slice(0, 9)]), 'twice'],
    ['a score that is no number', () => sentencePieceFile([{ text: 'a', score: Number.NaN, kind: 1 }]), 'score'],
    ['an empty piece', () => sentencePieceFile([{ text: '', score: 0, kind: 1 }]), 'a text'],
    ['a token for the unknown outside', () => sentencePieceFile(pieces, { 3: 2, 40: 9999 }), 'unk_id'],
    ['a length of 2^60', () => Uint8Array.of(0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 15), 'bytes at'],
    ['a number without end', () => new Uint8Array(64).fill(255), 'a number that ends'],
  ])('%s is refused', (_, file, named) => {
    expect(() => parseSentencePieceModel(file(), 2048)).toThrow(
      expect.objectContaining({ code: 'checkpoint-invalid', message: expect.stringContaining(named) }),
    );
  });

  it('cut short or changed anywhere is read or refused, never anything else', () => {
    const whole = sentencePieceFile(pieces.slice(0, 300));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice(0, changes.length === 0 ? length : whole.length);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          JSON.parse(parseSentencePieceModel(bytes, 2048).json);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(checkpoint-invalid|config-unsupported)$/) });
        }
      }),
      { numRuns: 300 },
    );
  });
});
