import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkId, idOf, idsLike } from './model-id';

test.each([
  ['Mixtral-8x7B-Instruct v0.1.Q4_K_M', 'mixtral-8x7b-instruct-v0.1.q4_k_m'],
  ['../../etc', 'etc'],
  ['Müller', 'muller'],
  ['模型', 'model'],
])('%s becomes %s', (name, id) => expect(idOf(name)).toBe(id));

test('every name gives safe ids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const ids = idsLike(idOf(name));
      for (let n = 0; n < 3; n++) {
        const id = ids.next().value;
        expect(checkId(id)).toBe(id);
      }
    }),
  );
});

test.each(['', '../x', 'A', `${'a'.repeat(65)}`])('the id %j is refused', (id) =>
  expect(() => checkId(id)).toThrow(expect.objectContaining({ code: 'request-invalid' })),
);
