import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopMatcher } from './stop-strings';

function run(pieces: string[], stops: string[]): { text: string; stopped: boolean } {
  const matcher = new StopMatcher(stops);
  let text = '';
  for (const piece of pieces) {
    const { emit, stopped } = matcher.push(piece);
    text += emit;
    if (stopped) return { text, stopped };
  }
  return { text: text + matcher.finish(), stopped: false };
}

/** The rule, on the whole text: the stop string that ends first, of those the one that begins first. */
function wanted(text: string, stops: string[]): { text: string; stopped: boolean } {
  const found = stops
    .map((stop) => ({ start: text.indexOf(stop), length: stop.length }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start + a.length - (b.start + b.length) || a.start - b.start)[0];
  return found === undefined ? { text, stopped: false } : { text: text.slice(0, found.start), stopped: true };
}

describe('stop strings', () => {
  it('does as indexOf on the whole text, wherever the pieces end', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '語', '🎉'), maxLength: 6 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '語', '🎉'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), stops, (pieces, list) => {
        expect(run(pieces, list)).toEqual(wanted(pieces.join(''), list));
      }),
      { numRuns: 3000 },
    );
  });

  it('holds back only what can still become a stop string', () => {
    const matcher = new StopMatcher(['\nUser:', '###']);
    expect(matcher.push('Hello')).toEqual({ emit: 'Hello', stopped: false, rest: '' });
    expect(matcher.push(' you #')).toEqual({ emit: ' you ', stopped: false, rest: '' });
    expect(matcher.push('1\nUs')).toEqual({ emit: '#1', stopped: false, rest: '' });
    expect(matcher.push('e the rest')).toEqual({ emit: '\nUse the rest', stopped: false, rest: '' });
    expect(matcher.push('\nUser: hi')).toEqual({ emit: '', stopped: true, rest: ' hi' });
    expect(matcher.push('more')).toEqual({ emit: '', stopped: true, rest: 'more' });
    expect(matcher.finish()).toBe('');
  });

  it('lets everything through without stop strings', () => {
    expect(run(['a', 'b'], [''])).toEqual({ text: 'ab', stopped: false });
  });
});
