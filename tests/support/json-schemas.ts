const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' }, height: { type: 'number' } },
  required: ['name', 'age', 'height'],
  additionalProperties: false,
};

/** Schemas of every kind that a grammar holds, for tests that hold answers against them. */
export const JSON_SCHEMAS: Record<string, object> = {
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

/** Tokens that hold an answer of any of them, but not one that rambles on. */
export const SCHEMA_TOKENS = 80;
