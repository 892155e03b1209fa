import { expect, it } from 'vitest';
import { parseHubAddress } from './hub-address';

const repo = 'mistralai/Mixtral-8x7B-v0.1';

it.each([
  [repo, { repo }],
  [` https://huggingface.co/${repo} `, { repo }],
  [`hf.co/${repo}/`, { repo }],
  [`https://huggingface.co/${repo}/tree/refs%2Fpr%2F1`, { repo, revision: 'refs/pr/1' }],
  [`https://huggingface.co/${repo}/tree/main/folder`, { repo, revision: 'main' }],
  [`https://huggingface.co/${repo}/blob/main/q4/m.gguf`, { repo, revision: 'main', file: 'q4/m.gguf' }],
  [`https://huggingface.co/${repo}/resolve/v1/a%20b.gguf?download=true`, { repo, revision: 'v1', file: 'a b.gguf' }],
  [`https://huggingface.co/${repo}/blob/main/config.json#L1`, { repo, revision: 'main' }],
  [`https://huggingface.co/${repo}/discussions/3`, { repo }],
])('%s', (text, expected) => {
  expect(parseHubAddress(text)).toEqual({ kind: 'hub', ...expected });
});

it.each([
  '',
  'name',
  'a/b/c',
  '../etc',
  'https://huggingface.co/',
  'https://huggingface.co/datasets/a/b',
  'https://huggingface.co.example.com/a/b',
  'https://example.com/a/b',
  'https://huggingface.co/%ff/x',
])('%s is no repository of models', (text) => {
  expect(parseHubAddress(text)).toBeNull();
});
