import { describe, expect, it } from 'vitest';
import { checkExperts, keptOf } from './expert-mask';

const shape = { layers: 2, experts: 4, topK: 2 };
const holes: number[] = [];
holes[2] = 3;

describe('the experts of a request', () => {
  it.each([
    ['none named', undefined, null],
    [
      'all of them',
      [
        [0, 1, 2, 3],
        [0, 1, 2, 3],
      ],
      null,
    ],
    [
      'as few as a token uses',
      [
        [0, 3],
        [1, 2],
      ],
      [
        [0, 3],
        [1, 2],
      ],
    ],
    [
      'some in one layer',
      [
        [0, 1, 2, 3],
        [1, 2, 3],
      ],
      [
        [0, 1, 2, 3],
        [1, 2, 3],
      ],
    ],
  ])('%s', (_, experts, expected) => {
    expect(checkExperts(experts, shape)).toEqual(expected);
  });

  it.each([
    ['no list', 'all', 'experts', 'experts: expected a list for each of 2 layers, got all'],
    ['a layer short', [[0, 1]], 'experts', 'experts: expected a list for each of 2 layers, got 1'],
    [
      'a layer of none',
      [[0, 1], []],
      'experts[1]',
      'experts[1]: expected 2 or more ids from 0 to 3, ascending, got []',
    ],
    ['fewer than a token uses', [[0], [0, 1]], 'experts[0]', '[0]'],
    [
      'descending',
      [
        [1, 0],
        [0, 1],
      ],
      'experts[0]',
      '[1,0]',
    ],
    [
      'twice the same',
      [
        [1, 1],
        [0, 1],
      ],
      'experts[0]',
      '[1,1]',
    ],
    [
      'one that is not there',
      [
        [0, 1],
        [0, 4],
      ],
      'experts[1]',
      '[0,4]',
    ],
    [
      'half of one',
      [
        [0, 1],
        [0.5, 1],
      ],
      'experts[1]',
      '[0.5,1]',
    ],
    ['a hole', [[0, 1], holes], 'experts[1]', 'null'],
    ['a layer that is none', [[0, 1], null], 'experts[1]', 'null'],
  ])('%s is refused', (_, experts, field, message) => {
    expect(() => checkExperts(experts, shape)).toThrow(
      expect.objectContaining({ code: 'request-invalid', data: { field }, message: expect.stringContaining(message) }),
    );
  });

  it('are all where none are named', () => {
    expect([keptOf(null, 1, 3), keptOf([[0], [1, 2]], 1, 3)]).toEqual([
      [0, 1, 2],
      [1, 2],
    ]);
  });
});
