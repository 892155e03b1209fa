import Ajv from 'ajv/dist/2020';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from './engine';
import { ask, GREEDY, loadTiny } from './testing';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTiny();
});
afterAll(() => engine.unload());

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' }, height: { type: 'number' } },
  required: ['name', 'age', 'height'],
  additionalProperties: false,
};

const SCHEMAS: Record<string, object> = {
  'an object of texts and numbers': person,
  nesting: {
    type: 'object',
    properties: {
      owner: person,
      address: {
        type: 'object',
        properties: { street: { type: 'string' }, city: { enum: ['Berlin', 'Paris', 'Rome'] } },
        required: ['street', 'city'],
        additionalProperties: false,
      },
    },
    required: ['owner', 'address'],
    additionalProperties: false,
  },
  'an array of objects': { type: 'array', items: person, minItems: 2, maxItems: 3 },
  'arrays without end': {
    type: 'object',
    properties: {
      tags: { type: 'array', items: { type: 'string' } },
      sums: { type: 'array', items: { type: 'number' } },
    },
    required: ['tags', 'sums'],
    additionalProperties: false,
  },
  'enums and constants': {
    type: 'object',
    properties: {
      kind: { const: 'animal' },
      species: { enum: ['cat', 'dog', 'bird', null, 7] },
      alive: { type: 'boolean' },
      owner: { type: ['string', 'null'] },
    },
    required: ['kind', 'species', 'alive', 'owner'],
    additionalProperties: false,
  },
  bounds: {
    type: 'object',
    properties: {
      month: { type: 'integer', minimum: 1, maximum: 12 },
      share: { type: 'number', exclusiveMinimum: 0.25, maximum: 1 },
      rank: { type: ['integer', 'null'], minimum: 5 },
      code: { type: 'string', minLength: 3, maxLength: 8 },
      plate: { type: 'string', pattern: '^[A-Z]{2}-[0-9]{1,4}$' },
      scores: { type: 'array', items: { type: 'integer', minimum: -5, maximum: 5 }, minItems: 3, maxItems: 5 },
    },
    required: ['month', 'share', 'rank', 'code', 'plate', 'scores'],
    additionalProperties: false,
  },
  'one of several': {
    type: 'object',
    properties: {
      shape: {
        anyOf: [
          {
            type: 'object',
            properties: { circle: { type: 'number' } },
            required: ['circle'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { width: { type: 'number' }, height: { type: 'number' } },
            required: ['width', 'height'],
            additionalProperties: false,
          },
        ],
      },
    },
    required: ['shape'],
    additionalProperties: false,
  },
  'a tree': {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['value', 'children'],
        additionalProperties: false,
      },
    },
  },
  'optional and further properties': {
    type: 'object',
    properties: { title: { type: 'string' }, note: { type: 'string' }, pages: { type: 'integer' } },
    required: ['title'],
    additionalProperties: { type: 'string' },
  },
  'a tuple in five levels': {
    type: 'array',
    prefixItems: [
      { type: 'string', maxLength: 12 },
      {
        type: 'object',
        properties: {
          a: {
            type: 'object',
            properties: { b: { type: 'array', items: { type: 'array', items: { type: 'integer' } } } },
            required: ['b'],
            additionalProperties: false,
          },
        },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    items: false,
    minItems: 2,
  },
};

/** With some the model would ramble on for longer, with others it has done before: both must end as the schema has it. */
const MAX_TOKENS = 80;
/** Of these the shortest answers are short. */
const FEWER_TOKENS: Record<string, number> = {
  'an object of texts and numbers': 40,
  'arrays without end': 40,
  'enums and constants': 48,
  'optional and further properties': 40,
};

test.each(Object.entries(SCHEMAS))('at temperature 1 every answer is %s', async (name, schema) => {
  const validate = new Ajv({ strictTypes: false }).compile(schema);
  for (let seed = 1; seed <= 10; seed++) {
    const { text, finishReason } = await ask(engine, {
      input: { messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] },
      sampling: { ...GREEDY, temperature: 1, seed },
      maxTokens: FEWER_TOKENS[name] ?? MAX_TOKENS,
      constraint: { type: 'json-schema', schema: JSON.stringify(schema) },
    });
    expect(validate(JSON.parse(text)), `seed ${seed}: ${text}`).toBe(true);
    expect(finishReason).toBe('stop');
  }
});
