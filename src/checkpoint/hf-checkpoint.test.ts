import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckpointFiles,
  changeJson,
  checkpointFiles,
  folderOf,
  replaceInHeader,
  setText,
} from '../../tests/support/checkpoint-files';
import type { FileFolder } from '../lib/byte-source';
import { chunkValues } from './checkpoint';
import { openHfCheckpoint } from './hf-checkpoint';

const INDEX = 'model.safetensors.index.json';

async function opened(model: 'a' | 'b', change: (files: CheckpointFiles) => void) {
  const files = await checkpointFiles(model);
  change(files);
  return await openHfCheckpoint(folderOf(files));
}

describe('a Hugging Face folder', () => {
  it('gives the rows of a tensor in order, each once', async () => {
    const checkpoint = await opened('a', () => {});
    let next = 0;
    for (const plan of checkpoint.chunks('dense/1', 'wqkv')) {
      const chunk = await plan.read();
      expect([chunk.firstRow, chunk.rows]).toEqual([plan.firstRow, plan.rows]);
      expect(chunk.firstRow).toBe(next);
      next += chunkValues(chunk).length / checkpoint.config.dim;
    }
    expect(next).toBe((8 + 2 * 2) * 32);
  });

  it('needs no more than its tokenizer beside weights and config, and says what it took as default', async () => {
    const { tokenizer, generation } = await opened('b', (files) => files.delete('tokenizer_config.json'));
    expect(tokenizer).toMatchObject({ chatTemplate: null, bosToken: '<s>', eosToken: '</s>', addBos: true });
    expect(generation).toEqual({ temperature: 0.7, topP: 0.95 });
  });

  it.each([
    ['a string', { chat_template: 'plain' }, 'plain'],
    [
      'a list',
      {
        chat_template: [
          { name: 'tool_use', template: 't' },
          { name: 'default', template: 'd' },
        ],
      },
      'd',
    ],
    ['a list of nonsense', { chat_template: [null, 3] }, null],
    ['a number', { chat_template: 3 }, null],
  ])('has its chat template as %s', async (_, settings, expected) => {
    const { tokenizer } = await opened('b', (files) =>
      changeJson(files, 'tokenizer_config.json', (j) => Object.assign(j, settings)),
    );
    expect(tokenizer.chatTemplate).toBe(expected);
  });

  it('has its chat template in a file of its own, special tokens as objects, sampling defaults', async () => {
    const { tokenizer, generation } = await opened('b', (files) => {
      setText(files, 'chat_template.jinja', 'own file');
      setText(files, 'generation_config.json', '{"temperature": 0.5, "top_p": 0.9}');
      changeJson(files, 'tokenizer_config.json', (json) =>
        Object.assign(json, { chat_template: 'other', bos_token: { content: '<bos>' }, add_bos_token: false }),
      );
    });
    expect(tokenizer).toMatchObject({ chatTemplate: 'own file', bosToken: '<bos>', addBos: false });
    expect(generation).toEqual({ temperature: 0.5, topP: 0.9 });
  });

  it.each<['a' | 'b', string, (files: CheckpointFiles) => void, string]>([
    ['b', 'no config.json', (f) => f.delete('config.json'), 'config.json'],
    ['b', 'a config.json that is no JSON', (f) => setText(f, 'config.json', '{'), 'config.json'],
    ['b', 'no tokenizer.json', (f) => f.delete('tokenizer.json'), 'tokenizer.json'],
    ['b', 'a tokenizer.json that is no JSON', (f) => setText(f, 'tokenizer.json', 'x'), 'tokenizer.json'],
    ['b', 'no weights', (f) => f.delete('model.safetensors'), 'model.safetensors'],
    ['a', 'a missing shard', (f) => f.delete('model-00002-of-00003.safetensors'), 'model-00002-of-00003.safetensors'],
    ['a', 'an index without a map', (f) => setText(f, INDEX, '{"weight_map": 3}'), 'weight_map'],
    [
      'a',
      'an index that leads out of the folder',
      (f) => setText(f, INDEX, '{"weight_map": {"x": "../x.safetensors"}}'),
      '../x',
    ],
    [
      'b',
      'a missing tensor',
      (f) => replaceInHeader(f, 'model.safetensors', 'experts.3.w1', 'experts.7.w1'),
      'experts.3.w1',
    ],
    [
      'b',
      'a tensor of another shape',
      (f) => replaceInHeader(f, 'model.safetensors', '[384, 128]', '[128, 384]'),
      'embed_tokens',
    ],
    ['b', 'weights of another type', (f) => replaceInHeader(f, 'model.safetensors', '"F16"', '"I16"'), 'I16'],
    [
      'a',
      'a tensor in two shards',
      (f) =>
        f.set('model-00002-of-00003.safetensors', f.get('model-00001-of-00003.safetensors') as Uint8Array<ArrayBuffer>),
      'second copy',
    ],
  ])('%s is refused for %s', async (model, _, change, named) => {
    const error: unknown = await opened(model, change).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'checkpoint-invalid', message: expect.stringContaining(named) });
    expect((error as { hint: string }).hint).not.toBe('');
  });

  it('with any index and any header is opened or refused, without reading a byte of weights', async () => {
    const files = await checkpointFiles('a');
    const shards = fc.constantFrom(
      'model-00001-of-00003.safetensors',
      'x.safetensors',
      '../x.safetensors',
      '__proto__',
      '',
    );
    const maps = fc.dictionary(fc.string(), fc.oneof(shards, fc.jsonValue()));
    const index = fc.oneof(fc.jsonValue(), fc.record({ weight_map: fc.oneof(maps, fc.jsonValue()) }));
    const entry = fc.record({
      dtype: fc.oneof(fc.constantFrom('BF16', 'F32', 'constructor'), fc.jsonValue()),
      shape: fc.oneof(fc.array(fc.oneof(fc.nat(512), fc.double(), fc.constant(2 ** 60))), fc.jsonValue()),
      data_offsets: fc.oneof(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()), fc.array(fc.double()), fc.jsonValue()),
    });
    const names = fc.constantFrom('model.norm.weight', 'lm_head.weight', '__proto__', '__metadata__', 'x');
    const header = fc.oneof(fc.dictionary(names, fc.oneof(entry, fc.jsonValue())), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(index, header, fc.boolean(), async (anyIndex, anyHeader, known) => {
        const broken = new Map(files);
        if (known) broken.delete(INDEX);
        else setText(broken, INDEX, JSON.stringify(anyIndex));
        const json = new TextEncoder().encode(JSON.stringify(anyHeader));
        const file = new Uint8Array(8 + json.length + 4096);
        new DataView(file.buffer).setUint32(0, json.length, true);
        file.set(json, 8);
        broken.set('model.safetensors', file).set('x.safetensors', file);
        await expect(openHfCheckpoint(folderOf(broken))).rejects.toMatchObject({ code: 'checkpoint-invalid' });
      }),
      { numRuns: 200 },
    );
  });

  it('of another architecture is refused as that', async () => {
    const llama = opened('b', (files) =>
      changeJson(files, 'config.json', (json) => Object.assign(json, { model_type: 'llama' })),
    );
    await expect(llama).rejects.toMatchObject({ code: 'config-unsupported', data: { field: 'model_type' } });
  });

  it('of full size, 93 GB, is read in chunks of at most 4 MiB', async () => {
    const reads: number[] = [];
    const checkpoint = await openHfCheckpoint(mixtral8x7b(reads));
    reads.length = 0;
    for (const [record, tensor] of [
      ['dense/0', 'tok_embeddings'],
      ['dense/1', 'wqkv'],
      ['expert/31/7', 'w2'],
    ] as const) {
      let elements = 0;
      for (const { read } of checkpoint.chunks(record, tensor)) {
        elements += chunkValues(await read()).length;
        if (elements > 2 ** 23) break;
      }
    }
    expect(reads.length).toBeGreaterThan(9);
    expect(Math.max(...reads)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });
});

/** A folder of the shape and size of Mixtral 8x7B whose weights are zeros that lie nowhere. */
function mixtral8x7b(reads: number[]): FileFolder {
  const [dim, hidden, layers] = [4096, 14336, 32];
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }> = {};
  let end = 0;
  const add = (name: string, ...shape: number[]) => {
    const bytes = shape.reduce((a, b) => a * b, 2);
    header[`${name}.weight`] = { dtype: 'BF16', shape, data_offsets: [end, end + bytes] };
    end += bytes;
  };
  add('model.embed_tokens', 32000, dim);
  for (let l = 0; l < layers; l++) {
    const at = `model.layers.${l}`;
    for (const [name, rows] of [
      ['q', dim],
      ['k', 1024],
      ['v', 1024],
      ['o', dim],
    ] as const)
      add(`${at}.self_attn.${name}_proj`, rows, dim);
    add(`${at}.input_layernorm`, dim);
    add(`${at}.post_attention_layernorm`, dim);
    add(`${at}.block_sparse_moe.gate`, 8, dim);
    for (let e = 0; e < 8; e++) {
      for (const w of ['w1', 'w3']) add(`${at}.block_sparse_moe.experts.${e}.${w}`, hidden, dim);
      add(`${at}.block_sparse_moe.experts.${e}.w2`, dim, hidden);
    }
  }
  add('model.norm', dim);
  add('lm_head', 32000, dim);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8 + json.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  head.set(json, 8);
  const config = {
    model_type: 'mixtral',
    hidden_size: dim,
    intermediate_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    num_local_experts: 8,
    num_experts_per_tok: 2,
    vocab_size: 32000,
    rope_theta: 1e6,
  };
  const texts = folderOf(new Map());
  return {
    name: 'mixtral-8x7b',
    async open(file) {
      if (file === 'config.json') return textSource(JSON.stringify(config));
      if (file === 'tokenizer.json') return textSource('{}');
      if (file !== 'model.safetensors') return await texts.open(file);
      return {
        name: file,
        size: head.length + end,
        async read(offset, length) {
          reads.push(length);
          const bytes = new Uint8Array(length);
          bytes.set(head.subarray(offset, offset + length));
          return bytes;
        },
      };
    },
  };
}

function textSource(text: string) {
  const bytes = new TextEncoder().encode(text);
  return {
    name: 'text',
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
  };
}
