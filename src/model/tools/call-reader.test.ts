import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallReader } from './call-reader';
import { callId } from './calls';

const idOf = (index: number) => `id${index}`;

/** The answer in pieces of these lengths, again and again. */
function read(answer: string, lengths: number[]) {
  const reader = new CallReader(idOf);
  let text = '';
  const calls = [];
  for (let at = 0, i = 0; at < answer.length; i++) {
    const piece = answer.slice(at, at + (lengths[i % lengths.length] as number));
    at += piece.length;
    const read = reader.push(piece);
    text += read.text;
    calls.push(...read.calls);
  }
  return { text: text + reader.finish(), calls };
}

const pieces = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

describe('calls', () => {
  it('are parted from the text, wherever the pieces end', () => {
    const first = '{"city": "a \\"b\\" [c] }{\\\\", "at": [{"x": [1]}, {}]}';
    const answer = `Let me see. [TOOL_CALLS] [{"name": "weather", "arguments": ${first}}, {"name": "clock", "arguments": {}}]`;
    fc.assert(
      fc.property(pieces, (lengths) => {
        expect(read(answer, lengths)).toEqual({
          text: 'Let me see. ',
          calls: [
            { id: 'id0', name: 'weather', arguments: first },
            { id: 'id1', name: 'clock', arguments: '{}' },
          ],
        });
      }),
    );
  });

  it('come out with their last bracket, and not before', () => {
    const reader = new CallReader(idOf);
    expect(reader.push('[TOOL_CALLS] [{"name": "f", "arguments": {"a": 1}').calls).toEqual([]);
    expect(reader.push('}').calls).toEqual([{ id: 'id0', name: 'f', arguments: '{"a": 1}' }]);
    expect(reader.push(', {"name": "f", "argu').calls).toEqual([]);
    expect(reader.finish()).toBe('');
  });

  it('are none in a text that only begins as they do', () => {
    fc.assert(
      fc.property(pieces, (lengths) => {
        const text = 'a [TOOL_ [TOOL_CALL [{"name": "f"}] [TOOL_CALLS';
        expect(read(text, lengths)).toEqual({ text, calls: [] });
      }),
    );
  });
});

it('ids are nine letters and digits, other ones for other seeds, places and calls', () => {
  const ids = [1, 2].flatMap((seed) =>
    [5, 6].flatMap((position) => [0, 1, 2].map((index) => callId(seed, position, index))),
  );
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
  expect(new Set(ids).size).toBe(12);
  expect(callId(1, 5, 0)).toBe(ids[0]);
});
