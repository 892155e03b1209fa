import { describe, expect, it } from 'vitest';
import { boundEbnf, prepareSchema } from './json-schema';

const nested = (depth: number): object => (depth === 0 ? { type: 'string' } : { items: nested(depth - 1) });

describe('a schema is made ready', () => {
  it.each<[string, unknown, unknown]>([
    ['true is any value', true, {}],
    ['types are named', { minLength: 2 }, { type: 'string', minLength: 2 }],
    [
      'in one another',
      { properties: { a: { items: {} } } },
      { type: 'object', properties: { a: { type: 'array', items: {} } } },
    ],
    [
      'what is required is declared',
      { type: 'object', properties: { a: { type: 'null' } }, required: ['a', 'b'] },
      { type: 'object', properties: { a: { type: 'null' }, b: {} }, required: ['a', 'b'] },
    ],
    ['a reference keeps its place', { $ref: '#/$defs/a', $defs: { a: { enum: [1] } } }, undefined],
    ['properties may be named like keywords', { type: 'object', properties: { not: { type: 'null' } } }, undefined],
    ['what says nothing of the answer stays', { type: 'integer', title: 'x', default: 3, 'x-of': 'mine' }, undefined],
    ['no further items', { type: 'array', prefixItems: [{ type: 'null' }], items: false }, undefined],
  ])('%s', (_, schema, expected) => {
    expect(prepareSchema(schema, 'f')).toEqual(expected ?? schema);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'x', 'at #'],
    ['nothing', false, 'at #'],
    ['a keyword that is not held', { properties: { a: { multipleOf: 2 } } }, 'at #/properties/a, got multipleOf'],
    ['an unknown type', { type: 'text' }, 'a type'],
    ['no type', { type: [] }, 'a type'],
    ['an empty enum', { enum: [] }, 'values in enum'],
    ['an empty choice', { anyOf: [] }, 'a list of schemas in anyOf'],
    ['a reference to nowhere', { $ref: '#/$defs/a' }, '$ref'],
    ['a reference to elsewhere', { $ref: 'https://example.org/a' }, '$ref'],
    ['names that are no list', { type: 'object', required: 'a' }, 'a list of names'],
    ['schemas too deep in one another', nested(30), 'at most 24'],
  ])('refuses %s', (_, schema, reason) => {
    expect(() => prepareSchema(schema, 'f')).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        message: expect.stringContaining(reason),
        data: { field: 'f' },
      }),
    );
  });
});

describe('its grammar', () => {
  it('has numbers that a double holds', () => {
    expect(boundEbnf('n ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?')).toBe(
      'n ::= "-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [+-]? [0-9]{1,2})?',
    );
  });

  it('has texts without quotes, backslashes and control characters as they are', () => {
    expect(boundEbnf(String.raw`s ::= "\"" [^"\\\r\n]{0,5} [^x]+ "\""`)).toBe(
      String.raw`s ::= "\"" [^\0-\x1f\"\\"\\\r\n]{0,5} [^\0-\x1f\"\\x]+ "\""`,
    );
    const held = String.raw`s ::= [^\0-\x1f\"\\\r\n] s`;
    expect(boundEbnf(held)).toBe(held);
  });

  it('keeps literals, whatever they look like', () => {
    const literals = String.raw`e ::= "[0-9]*" | "\"[^x]\\" | ["] | "[eE] [+-]? [0-9]+"`;
    expect(boundEbnf(literals)).toBe(literals);
  });
});
