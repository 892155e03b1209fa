import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { blobSource } from '../lib/byte-source';
import { type GgufValue, readGgufHeader } from './gguf-header';
import { GgufMetadata } from './gguf-metadata';
import { ggufTokenizer } from './gguf-tokenizer';

const fixture = (path: string) => readFile(new URL(`../../tests/fixtures/${path}`, import.meta.url));

async function metadata(): Promise<Map<string, GgufValue>> {
  const bytes = Uint8Array.from(await fixture('gguf/tiny-vocabulary.gguf'));
  return (await readGgufHeader(blobSource(new Blob([bytes]), 'tiny.gguf'))).metadata;
}

it('makes of the vocabulary what Hugging Face made of the same tokenizer.model', async () => {
  const made = ggufTokenizer(new GgufMetadata('tiny.gguf', await metadata()), 2048);
  const json = JSON.parse(made.json);
  const theirs = JSON.parse((await fixture('tokenizer/tokenizer.json')).toString());
  const settings = JSON.parse((await fixture('tokenizer/tokenizer_config.json')).toString());
  expect(json.model.merges.map((pair: string[]) => pair.join(' '))).toEqual(theirs.model.merges);
  expect({ ...json, model: { ...json.model, merges: [] } }).toEqual({
    ...theirs,
    truncation: undefined,
    padding: undefined,
    post_processor: null,
    model: { ...theirs.model, merges: [] },
  });
  expect(made).toMatchObject({ chatTemplate: settings.chat_template, bosToken: '<s>', eosToken: '</s>', addBos: true });
});

it('takes tokens that were added, and no space before the text, as the file says', async () => {
  const values = await metadata();
  const types = values.get('tokenizer.ggml.token_type') as number[];
  values.set('tokenizer.ggml.token_type', types.with(2047, 4).with(2046, 3));
  values.set('tokenizer.ggml.add_space_prefix', false);
  values.delete('tokenizer.chat_template');
  const made = ggufTokenizer(new GgufMetadata('tiny.gguf', values), 2048);
  const json = JSON.parse(made.json);
  expect(made.chatTemplate).toBeNull();
  expect(json.added_tokens.slice(3)).toMatchObject([
    { id: 2046, special: true },
    { id: 2047, special: false },
  ]);
  expect(made.json).not.toMatch(/Prepend|Strip/);
});

it.each<[string, string, GgufValue | undefined, string, string]>([
  ['another model', 'tokenizer.ggml.model', 'gpt2', 'config-unsupported', 'SentencePiece'],
  ['no tokens', 'tokenizer.ggml.tokens', undefined, 'checkpoint-invalid', 'tokenizer.ggml.tokens'],
  ['tokens that are numbers', 'tokenizer.ggml.tokens', [1, 2], 'checkpoint-invalid', 'a list of texts'],
  ['a token twice', 'tokenizer.ggml.tokens', Array(2048).fill('a'), 'checkpoint-invalid', 'twice'],
  ['fewer scores', 'tokenizer.ggml.scores', [1], 'checkpoint-invalid', '2048 tokenizer.ggml.scores'],
  ['fewer types', 'tokenizer.ggml.token_type', [1], 'checkpoint-invalid', '2048 tokenizer.ggml.token_type'],
  ['a BOS outside', 'tokenizer.ggml.bos_token_id', 9999, 'checkpoint-invalid', 'bos_token_id below 2048'],
])('%s is refused', async (_, key, value, code, message) => {
  const values = await metadata();
  if (value === undefined) values.delete(key);
  else values.set(key, value);
  expect(() => ggufTokenizer(new GgufMetadata('tiny.gguf', values), 2048)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});
