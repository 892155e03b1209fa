import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32, type GgufParts, ggufFile, list, type TensorEntry, text, u32 } from '../../tests/support/gguf-file';
import { blobSource } from '../lib/byte-source';
import { readGgufHeader } from './gguf-header';

const read = (bytes: Uint8Array<ArrayBuffer>) => readGgufHeader(blobSource(new Blob([bytes]), 'model.gguf'));

/** A source that says it is larger than any file here, and counts what is asked of it. */
function huge(bytes: Uint8Array, asked: number[] = []) {
  return {
    name: 'model.gguf',
    size: 2 ** 40,
    async read(offset: number, length: number) {
      asked.push(length);
      const out = new Uint8Array(length);
      out.set(bytes.subarray(offset, offset + length));
      return out;
    },
  };
}

const refusal = (message: string) =>
  expect.objectContaining({ code: 'checkpoint-invalid', message: expect.stringContaining(message) });

const tensor = (change: Partial<TensorEntry> = {}): TensorEntry => ({
  name: 'w',
  dims: [32, 2],
  type: 2,
  data: new Uint8Array(36),
  ...change,
});

describe('a GGUF header', () => {
  it.each([2, 3])('version %s gives metadata of every type and tensors with their places', async (version) => {
    const bytes = ggufFile({
      version,
      metadata: [
        ['u8', [0, 255]],
        ['i8', [1, -1]],
        ['u16', [2, 65535]],
        ['i16', [3, -2]],
        ['u32', u32(2 ** 32 - 1)],
        ['i32', [5, -3]],
        ['f32', f32(0.5)],
        ['bool', [7, 1]],
        ['text', text('grüße')],
        ['u64', [10, 2 ** 53 - 1]],
        ['large', [10, 2n ** 60n]],
        ['i64', [11, -5]],
        ['f64', [12, 0.1]],
        ['strings', list(8, ['a', '', '\ufeffb'])],
        [
          'nested',
          list(9, [
            [4, [1, 2]],
            [8, ['x']],
          ]),
        ],
      ],
      tensors: [tensor(), tensor({ name: 'v', dims: [3], type: 0, data: new Uint8Array(12) })],
    });
    const { metadata, tensors } = await read(bytes);
    expect(Object.fromEntries(metadata)).toEqual({
      u8: 255,
      i8: -1,
      u16: 65535,
      i16: -2,
      u32: 2 ** 32 - 1,
      i32: -3,
      f32: 0.5,
      bool: true,
      text: 'grüße',
      u64: 2 ** 53 - 1,
      large: 2n ** 60n,
      i64: -5,
      f64: 0.1,
      strings: ['a', '', '\ufeffb'],
      nested: [[1, 2], ['x']],
    });
    expect(tensors.map(({ name, dims, type, bytes: size }) => [name, dims, type?.name, size])).toEqual([
      ['w', [32, 2], 'Q4_0', 36],
      ['v', [3], 'F32', 12],
    ]);
    expect(tensors.map((t) => bytes.length - t.offset)).toEqual([64 + 12, 12]);
  });

  it('of many megabytes is read in a few steps', async () => {
    const tokens = Array.from({ length: 100_000 }, (_, i) => `token ${i}`);
    const asked: number[] = [];
    const bytes = ggufFile({
      metadata: [
        ['before', u32(1)],
        ['tokens', list(8, tokens)],
        ['after', u32(2)],
      ],
    });
    const { metadata } = await readGgufHeader(huge(bytes, asked));
    expect(metadata.get('tokens')).toEqual(tokens);
    expect(metadata.get('after')).toBe(2);
    expect(asked.length).toBeLessThan(8);
  });

  it('tolerates a tensor of a type it does not know', async () => {
    const { tensors } = await read(ggufFile({ tensors: [tensor({ type: 19 })] }));
    expect(tensors[0]).toMatchObject({ type: null, typeId: 19 });
  });
});

describe('a hostile header is refused', () => {
  const cases: [string, GgufParts, string][] = [
    ['of version 1', { version: 1 }, 'version 2 or 3'],
    ['in big-endian order', { version: 0x03000000 }, 'little-endian'],
    ['with 2^60 tensors', { tensorCount: 2n ** 60n }, 'the number of tensors'],
    ['with 2^60 keys', { keyCount: 2n ** 60n }, 'the number of metadata keys'],
    ['with a list of an unknown type', { metadata: [['k', [9, [2 ** 31, []]]]] }, 'value type'],
    ['with a value type of its own', { metadata: [['k', [13, 0]]] }, 'value type'],
    ['with lists in lists in lists', { metadata: [['k', list(9, [[9, [[9, [[9, [[4, [1]]]]]]]]])]] }, 'levels'],
    [
      'with a key twice',
      {
        metadata: [
          ['k', u32(1)],
          ['k', u32(1)],
        ],
      },
      'one k',
    ],
    ['with an alignment of 3', { metadata: [['general.alignment', u32(3)]] }, 'general.alignment'],
    ['with an alignment as text', { metadata: [['general.alignment', text('32')]] }, 'general.alignment'],
    ['with a tensor twice', { tensors: [tensor(), tensor()] }, 'one w'],
    ['with 0 dimensions', { tensors: [tensor({ dims: [] })] }, 'dimensions'],
    ['with 2^32 - 1 dimensions', { tensors: [tensor({ dims: [1, 1, 1, 1, 1] })] }, 'dimensions'],
    ['with a dimension of 0', { tensors: [tensor({ dims: [32, 0] })] }, 'dimensions'],
    ['with dimensions that overflow', { tensors: [tensor({ dims: [2n ** 32n, 2n ** 32n] })] }, '2^53'],
    ['with a dimension of 2^64 - 1', { tensors: [tensor({ dims: [2n ** 64n - 1n] })] }, '2^53'],
    ['with rows of part of a block', { tensors: [tensor({ dims: [36, 1] })] }, 'whole Q4_0 blocks'],
    ['with an offset outside the file', { tensors: [tensor({ offset: 4096 })] }, 'cut short'],
    ['with a negative offset', { tensors: [tensor({ offset: -32 })] }, 'cut short'],
    ['with tensors that overlap', { tensors: [tensor(), tensor({ name: 'v', offset: 32 })] }, 'overlap'],
  ];
  it.each(cases)('%s', async (_, parts, message) => {
    await expect(read(ggufFile(parts))).rejects.toThrow(refusal(message));
  });

  it('with a string of 1 GB, or items without end, in bounded reads', async () => {
    const asked: number[] = [];
    const long = ggufFile({ metadata: [['k', text('')]] });
    new DataView(long.buffer).setBigUint64(long.length - 8, 2n ** 30n, true);
    await expect(read(long)).rejects.toThrow(refusal('metadata k'));
    await expect(readGgufHeader(huge(long, asked))).rejects.toThrow(refusal('a header of at most'));
    const endless = ggufFile({ metadata: [['k', list(8, [])]] });
    new DataView(endless.buffer).setBigUint64(endless.length - 8, 2n ** 35n, true);
    await expect(read(endless)).rejects.toThrow(refusal('a count of 34359738368'));
    await expect(readGgufHeader(huge(endless, asked))).rejects.toThrow(refusal('values in all'));
    expect(Math.max(...asked)).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it('cut short at any byte', async () => {
    const whole = ggufFile({
      metadata: [
        ['general.name', text('m')],
        ['tokens', list(8, ['a', 'b'])],
        ['x', f32(1)],
      ],
      tensors: [tensor()],
    });
    for (let length = 0; length < whole.length; length++) {
      await expect(read(whole.slice(0, length)), `${length} bytes`).rejects.toThrow(refusal('model.gguf'));
    }
    expect((await read(whole)).tensors.length).toBe(1);
  });

  it('or read, with any of its bytes changed: never another error', async () => {
    const whole = ggufFile({
      metadata: [
        ['general.alignment', u32(32)],
        ['tokens', list(8, ['a', 'b'])],
        ['deep', list(9, [[4, [1]]])],
      ],
      tensors: [tensor(), tensor({ name: 'v', dims: [3], type: 0, data: new Uint8Array(12) })],
    });
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const failure: unknown = await read(bytes).then(
          () => null,
          (error: unknown) => error,
        );
        if (failure !== null) expect(failure).toMatchObject({ code: 'checkpoint-invalid' });
      }),
      { numRuns: 1000 },
    );
  });
});
