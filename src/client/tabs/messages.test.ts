import { describe, expect, it } from 'vitest';
import { readMessage } from './messages';

const call = { id: 0, method: 'generate', args: [{ id: 'a' }], askedAt: 1 };
const delta = { text: 'a', ids: [1], pieces: ['a'], picks: [[[0]]], weights: [[[1]]] };
const good = [
  { type: 'hello' },
  { type: 'leading', term: 't' },
  { type: 'ready', term: 't', info: {}, load: {} },
  { type: 'call', term: 't', tab: 'a', call },
  { type: 'cancel', term: 't', tab: 'a', requestId: 'a' },
  { type: 'delta', term: 't', tab: 'a', call: 0, delta },
  { type: 'result', term: 't', tab: 'a', call: 0, value: 1 },
];

describe('messages between tabs', () => {
  it.each(good)('are taken as they are: %j', (message) => {
    expect(readMessage(structuredClone(message))).toEqual(message);
  });

  it.each(good.filter((message) => 'term' in message))('are refused without a field: %j', (message) => {
    for (const name of Object.keys(message)) {
      if (name !== 'value') expect(readMessage({ ...message, [name]: undefined }), name).toBeNull();
    }
  });

  it.each([
    null,
    'hello',
    ['hello'],
    { type: 'toString' },
    { type: 'greeting' },
    { type: 'call', term: 't', tab: 'a', call: { ...call, method: 'unload' } },
    { type: 'call', term: 't', tab: 'a', call: { ...call, method: 'constructor' } },
    { type: 'call', term: 't', tab: 'a', call: { ...call, args: [{}] } },
    { type: 'call', term: 't', tab: 'a', call: { ...call, args: 'x' } },
    ...Object.keys(delta).map((name) => ({
      type: 'delta',
      term: 't',
      tab: 'a',
      call: 0,
      delta: { ...delta, [name]: 1 },
    })),
  ])('of another kind are none: %j', (message) => {
    expect(readMessage(message)).toBeNull();
  });
});
