import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, blobSource } from '../lib/byte-source';
import { MixtabError } from '../protocol/errors';
import { readSafetensorsHeader } from './safetensors';

function file(header: unknown, dataBytes = 0, length?: bigint): ByteSource {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const size = new BigUint64Array([length ?? BigInt(json.length)]);
  const data = Uint8Array.from({ length: dataBytes }, (_, i) => i);
  return blobSource(new Blob([size, json, data]), 'x.safetensors');
}

const tensor = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('a safetensors header', () => {
  it('gives each tensor its absolute place; gaps, scalars and empty tensors are allowed', async () => {
    const source = file(
      {
        __metadata__: { format: 'pt' },
        b: tensor('BF16', [2, 3], 20, 32),
        a: tensor('F32', [], 0, 4),
        none: tensor('I64', [0, 5], 4, 4),
      },
      32,
    );
    const tensors = await readSafetensorsHeader(source);
    const dataStart = source.size - 32;
    expect(tensors.map((t) => [t.name, t.shape, t.offset - dataStart, t.bytes])).toEqual([
      ['b', [2, 3], 20, 12],
      ['a', [], 0, 4],
      ['none', [0, 5], 4, 0],
    ]);
  });

  it.each([
    ['an empty file', blobSource(new Blob([]), 'x.safetensors')],
    ['a length beyond the file', file({}, 0, 100n)],
    ['a length near 2^64', file({}, 0, 2n ** 64n - 1n)],
    ['a length of 0', file({}, 0, 0n)],
    ['no JSON', file('{"a":')],
    ['no UTF-8', blobSource(new Blob([new BigUint64Array([2n]), new Uint8Array([0xff, 0xff])]), 'x.safetensors')],
    ['a list', file([])],
    ['a tensor that is no object', file({ a: 1 })],
    ['an unknown dtype', file({ a: tensor('F12', [1], 0, 4) }, 4)],
    ["a dtype that is an object's own property", file({ a: tensor('constructor', [1], 0, 4) }, 4)],
    ['a negative extent', file({ a: tensor('F32', [-1], 0, 4) }, 4)],
    ['a fractional extent', file({ a: tensor('F32', [0.5], 0, 2) }, 4)],
    ['2^60 elements', file({ a: tensor('F32', [2 ** 60], 0, 4) }, 4)],
    ['a product that overflows', file({ a: tensor('F32', [2 ** 50, 2 ** 50, 2 ** 50], 0, 4) }, 4)],
    ['offsets that disagree with the shape', file({ a: tensor('F32', [2], 0, 4) }, 8)],
    ['offsets backwards', file({ a: tensor('F32', [0], 4, 0) }, 8)],
    ['one offset', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 8)],
    ['offsets as text', file({ a: tensor('F32', [1], '0', '4') }, 8)],
    ['data cut short', file({ a: tensor('F32', [4], 0, 16) }, 15)],
    ['tensors that overlap', file({ a: tensor('F32', [2], 0, 8), b: tensor('F32', [2], 4, 12) }, 12)],
  ])('is refused for %s', async (_, source) => {
    const error = await readSafetensorsHeader(source).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MixtabError);
    expect(error).toMatchObject({ code: 'checkpoint-invalid', data: { file: 'x.safetensors' } });
  });

  it('of any JSON is read or refused with a MixtabError, nothing else', async () => {
    const entry = fc.record({
      dtype: fc.oneof(fc.constantFrom('F32', 'BF16', 'U8'), fc.jsonValue()),
      shape: fc.oneof(fc.array(fc.nat(4)), fc.jsonValue()),
      data_offsets: fc.oneof(fc.tuple(fc.nat(64), fc.nat(64)), fc.jsonValue()),
    });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), async (header) => {
        const source = file(header, 64);
        try {
          for (const t of await readSafetensorsHeader(source))
            expect(t.offset + t.bytes).toBeLessThanOrEqual(source.size);
        } catch (error) {
          expect(error).toBeInstanceOf(MixtabError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
