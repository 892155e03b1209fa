import { describe, expect, it } from 'vitest';
import { checkpointFiles, folderOf } from '../../tests/support/checkpoint-files';
import { ggufFile, readParts, type Typed, u32 } from '../../tests/support/gguf-file';
import { checkpointWeights } from '../reference/weights';
import { openGgufCheckpoint } from './gguf-checkpoint';
import { ggufParts } from './gguf-split';

const part = (i: number) => `m-0000${i}-of-00003.gguf`;

/** Model b in three files. */
async function split() {
  const files = await checkpointFiles('b');
  const whole = files.get('model-q4_0.gguf') as Uint8Array<ArrayBuffer>;
  const { metadata, tensors } = await readParts(whole);
  const third = Math.ceil(tensors.length / 3);
  for (const i of [1, 2, 3]) {
    const own: [string, Typed][] = [
      ['split.no', u32(i - 1)],
      ['split.count', u32(3)],
    ];
    files.set(
      part(i),
      ggufFile({ metadata: i === 1 ? [...metadata, ...own] : own, tensors: tensors.slice((i - 1) * third, i * third) }),
    );
  }
  return files;
}

describe('a model in several GGUF files', () => {
  it('is the one that the single file holds, whichever of its files is named', async () => {
    const folder = folderOf(await split());
    const whole = await openGgufCheckpoint(folder, 'model-q4_0.gguf');
    const expected = await checkpointWeights(whole);
    const checkpoint = await openGgufCheckpoint(folder, part(2));
    expect(checkpoint).toMatchObject({ name: 'm', config: whole.config, tokenizer: whole.tokenizer });
    const weights = await checkpointWeights(checkpoint);
    for (const [record, tensor] of [
      ['dense/0', 'tok_embeddings'],
      ['dense/1', 'wqkv'],
      ['expert/1/3', 'w2'],
      ['dense/3', 'norm'],
    ] as const)
      expect(weights.tensor(record, tensor)).toEqual(expected.tensor(record, tensor));
  });

  it('is refused when a file is missing, there twice, or of another count', async () => {
    const files = await split();
    const attempt = (file: string) => openGgufCheckpoint(folderOf(files), file);
    files.set('n-00001-of-00001.gguf', files.get(part(1)) as Uint8Array<ArrayBuffer>);
    await expect(attempt('n-00001-of-00001.gguf')).rejects.toThrow('split.count');
    files.set(part(3), files.get(part(2)) as Uint8Array<ArrayBuffer>);
    await expect(attempt(part(1))).rejects.toThrow('second copy');
    files.delete(part(3));
    await expect(attempt(part(1))).rejects.toMatchObject({ code: 'checkpoint-invalid', data: { file: part(3) } });
  });

  it('has the names that its first file tells', () => {
    expect(ggufParts('model.gguf')).toEqual(['model.gguf']);
    expect(ggufParts('a-b-00002-of-00002.gguf')).toEqual(['a-b-00001-of-00002.gguf', 'a-b-00002-of-00002.gguf']);
    expect(ggufParts('a-00001-of-99999.gguf').length).toBeLessThanOrEqual(1000);
  });
});
