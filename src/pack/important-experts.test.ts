import { expect, test } from 'vitest';
import { mostImportant } from './important-experts';

test('the most important are kept, by id; of two that are as important the lower one', () => {
  expect(
    mostImportant(
      [
        [0.2, 0.3, 0.3, 0.2],
        [0.1, 0, 0.5, 0.4],
      ],
      3,
    ),
  ).toEqual([
    [0, 1, 2],
    [0, 2, 3],
  ]);
});
