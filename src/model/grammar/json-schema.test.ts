import { describe, expect, it } from 'vitest';
import { prepareSchema } from './json-schema';
import { boundEbnf, type Ranges } from './schema-ebnf';

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
    expect(prepareSchema(schema, 'f', new Map())).toEqual(expected ?? schema);
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
    ['a range without numbers', { type: 'integer', minimum: 3, maximum: 1 }, 'a range with numbers'],
    ['a range beside other schemas', { type: 'integer', minimum: 3, anyOf: [{ const: 1 }] }, 'a range by itself'],
    ['a bound that is none', { minimum: '3' }, 'a number as minimum'],
    ['schemas too deep in one another', nested(30), 'at most 24'],
  ])('refuses %s', (_, schema, reason) => {
    expect(() => prepareSchema(schema, 'f', new Map())).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        message: expect.stringContaining(reason),
        data: { field: 'f' },
      }),
    );
  });
});

it('ranges of numbers are taken out, and put into its grammar', () => {
  const ranges: Ranges = new Map();
  const schema = { type: ['integer', 'null'], minimum: 3, exclusiveMaximum: 7, description: 'x' };
  const prepared = prepareSchema({ items: schema }, 'f', ranges);
  expect(prepared).toEqual({
    type: 'array',
    items: { anyOf: [{ const: expect.any(String) }, { type: ['null'], description: 'x' }] },
  });
  const [[literal, ebnf] = ['', '']] = ranges;
  expect(ebnf).toBe('[3-6]');
  const stand = JSON.parse(JSON.parse(literal));
  expect(JSON.stringify(prepared)).toContain(JSON.stringify({ const: stand }));
  expect(boundEbnf(`r ::= ("[" (${literal} | "null") "]")`, ranges)).toBe('r ::= ("[" ([3-6] | "null") "]")');
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
