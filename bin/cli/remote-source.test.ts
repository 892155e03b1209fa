import { expect, it } from 'vitest';
import { remoteSource } from './remote-source';

it('tells addresses and names on the Hub from paths', () => {
  expect(remoteSource('models/a.gguf')).toBeNull();
  expect(remoteSource('https://example.org/a.gguf')).toEqual({ kind: 'url', url: 'https://example.org/a.gguf' });
  expect(remoteSource('hf:org/name', undefined)).toMatchObject({ kind: 'hub', repo: 'org/name' });
  expect(remoteSource('hf:org/name@v1.0/sub/a.gguf', 'secret')).toEqual({
    kind: 'hub',
    repo: 'org/name',
    revision: 'v1.0',
    file: 'sub/a.gguf',
    token: 'secret',
  });
  expect(() => remoteSource('hf:name')).toThrow('hf:ORG/NAME');
});
