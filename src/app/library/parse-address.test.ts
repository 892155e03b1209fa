import { describe, expect, it } from 'vitest';
import { addressOf, parseAddress } from './parse-address';

const FILE = { kind: 'hub', repo: 'org/some-name.v1', revision: 'main', file: 'sub/model.Q4_0.gguf' };

describe('parseAddress', () => {
  it.each([
    ['org/some-name.v1', { kind: 'hub', repo: 'org/some-name.v1' }],
    ['  org/name@refs ', { kind: 'hub', repo: 'org/name', revision: 'refs' }],
    ['https://huggingface.co/org/name', { kind: 'hub', repo: 'org/name' }],
    ['huggingface.co/org/name/tree/v2', { kind: 'hub', repo: 'org/name', revision: 'v2' }],
    ['https://huggingface.co/org/some-name.v1/blob/main/sub/model.Q4_0.gguf', FILE],
    ['https://hf.co/org/some-name.v1/resolve/main/sub/model.Q4_0.gguf?download=true', FILE],
    ['http://localhost:8080/model.gguf', { kind: 'url', url: 'http://localhost:8080/model.gguf' }],
    ['https://example.com/org/name', { kind: 'url', url: 'https://example.com/org/name' }],
  ])('takes %s', (text, source) => expect(parseAddress(text)).toEqual(source));

  it.each(['', 'model', 'a/b/c', 'org/name@', 'ftp://example.com/x', 'https://', 'two words/x', 'datasets/x'])(
    'refuses %j',
    (text) => {
      expect(parseAddress(text)).toBeNull();
    },
  );

  it('takes back what addressOf writes', () => {
    for (const text of ['org/name', 'org/name@v1', 'http://localhost/x.gguf', 'hf.co/org/name/blob/v1/x.gguf']) {
      const source = parseAddress(text);
      expect(parseAddress(addressOf(source))).toEqual(source);
    }
  });
});
