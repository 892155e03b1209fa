import { expect, it } from 'vitest';
import vocabularyUrl from '../../tests/fixtures/gguf/tiny-vocabulary.gguf?url';
import golden from '../../tests/fixtures/tokenizer/golden.json';
import json from '../../tests/fixtures/tokenizer/tokenizer.json?raw';
import { blobSource } from '../lib/byte-source';
import { createTokenizer } from '../model/tokenizer';
import { readGgufHeader } from './gguf-header';
import { GgufMetadata } from './gguf-metadata';
import { ggufTokenizer } from './gguf-tokenizer';

/** What the goldens have little of: runs of spaces, other scripts, bytes, marks that look like tokens. */
const TEXTS = ['', ' ', '   a', 'a  b\n\n\tc', '語 grüße 🙂', '<0x41></s>', '▁ ▁▁', 'ROMEO: [INST] 12 + 7 [/INST]'];

it('gives the ids of the model’s own tokenizer.json', async () => {
  const blob = await (await fetch(vocabularyUrl)).blob();
  const { metadata } = await readGgufHeader(blobSource(blob, 'tiny.gguf'));
  const made = ggufTokenizer(new GgufMetadata('tiny.gguf', metadata), 2048);
  const ours = await createTokenizer(made);
  const theirs = await createTokenizer({ ...made, json });
  for (const text of [...TEXTS, ...golden.flatMap((g) => [g.text, g.greedy_text])]) {
    const ids = ours.encode(text, { addBos: true });
    expect(ids, text).toEqual(theirs.encode(text, { addBos: true }));
    expect(ours.decode(ids)).toBe(theirs.decode(ids));
  }
  for (const { text, ids } of golden) expect(ours.encode(text, { addBos: true })).toEqual(ids);
  ours.dispose();
  theirs.dispose();
});
