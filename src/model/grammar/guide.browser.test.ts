import Ajv from 'ajv/dist/2020';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import json from '../../../tests/fixtures/tokenizer/tokenizer.json?raw';
import { JSON_SCHEMAS, SCHEMA_TOKENS } from '../../../tests/support/json-schemas';
import { mulberry32 } from '../../lib/random';
import { Detokenizer } from '../detokenizer';
import { isAllowed } from '../sample';
import { createTokenizer, type TextTokenizer } from '../tokenizer';
import { Grammars } from './grammars';
import type { Guide } from './guide';

const END = 2;
const VOCAB = 2048;
/** In the place of a token: the control token that calls begin with, as Mistral's later models have it. */
const TRIGGER_ID = 2047;

let tokenizer: TextTokenizer;
let grammars: Grammars;
let controlled: Grammars;
beforeAll(async () => {
  tokenizer = await createTokenizer({ json, chatTemplate: null, bosToken: '<s>', eosToken: '</s>', addBos: true });
  const parsed = JSON.parse(json);
  const [taken] = Object.entries(parsed.model.vocab).find(([, id]) => id === TRIGGER_ID) ?? [''];
  delete parsed.model.vocab[taken];
  parsed.added_tokens.push({ id: TRIGGER_ID, content: '[TOOL_CALLS]', special: true });
  const common = { vocabSize: VOCAB + 64, endIds: [END] };
  grammars = new Grammars({ ...common, tokenizerJson: json, triggerId: null });
  controlled = new Grammars({ ...common, tokenizerJson: JSON.stringify(parsed), triggerId: TRIGGER_ID });
});
afterAll(() => {
  grammars.dispose();
  controlled.dispose();
  tokenizer.dispose();
});

/** The tokens of single bytes, of which only those of ASCII are characters by themselves. */
const isPartOfCharacter = (id: number) => id >= 3 + 0x80 && id < 3 + 0x100;

/** A model that takes any allowed token as well as another: it would ramble on for ever. `but`: what it never takes. */
function anyOf(seed: number, but: (id: number) => boolean = () => false) {
  const random = mulberry32(seed);
  return (allowed: Int32Array) => {
    const ids = Array.from({ length: VOCAB + 64 }, (_, id) => id).filter((id) => isAllowed(allowed, id) && !but(id));
    return ids[Math.floor(random() * ids.length)] as number;
  };
}

/** Writes `first`, as far as it is allowed, then what `draw` takes, with `room` tokens at most. */
async function write(guide: Guide, draw: (allowed: Int32Array) => number, room: number, first: number[] = []) {
  const ids: number[] = [];
  while (ids.length < room && !guide.complete) {
    const wanted = first[ids.length];
    const take = (allowed: Int32Array) => (wanted !== undefined && isAllowed(allowed, wanted) ? wanted : draw(allowed));
    const id = await guide.next(take, room - ids.length);
    if (id === END) break;
    ids.push(id);
  }
  const ended = guide.complete || ids.length < room;
  guide.dispose();
  const detokenizer = new Detokenizer(tokenizer, tokenizer.encode('a', { addBos: false }));
  const text = ids.map((id) => (id === TRIGGER_ID ? '[TOOL_CALLS]' : detokenizer.push(id))).join('');
  return { ids, ended, text: text + detokenizer.finish() };
}

const schema = (value: object) => ({ type: 'json-schema' as const, schema: JSON.stringify(value) });
const ebnf = (text: string) => ({ type: 'grammar' as const, ebnf: text });

describe('an answer ends in time, whatever the model would write', () => {
  const tree = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
        required: ['name', 'next'],
      },
    },
  };
  test.each([
    ['a text', schema({ type: 'string' }), (text: string) => JSON.parse(text)],
    ['a text that is long at least', schema({ type: 'string', minLength: 12 }), (text: string) => JSON.parse(text)],
    ['an integer', schema({ type: 'integer' }), (text: string) => JSON.parse(text)],
    ['anything', schema({}), (text: string) => JSON.parse(text)],
    ['an object', { type: 'json' as const }, (text: string) => JSON.parse(text)],
    ['a list that links', schema(tree), (text: string) => JSON.parse(text)],
    ['a pattern', schema({ type: 'string', pattern: '^a+-[^x]*$' }), (text: string) => JSON.parse(text)],
    ['a grammar', ebnf('root ::= "<" [a-z]* ">"'), (text: string) => /^<[a-z]*>$/.exec(text)?.[0]],
    [
      'a grammar with a way out',
      ebnf('root ::= ([a-c] | " ")* "c."'),
      (text: string) => /^[a-c ]*c\.$/.exec(text)?.[0],
    ],
  ])('%s', async (_, constraint, parse) => {
    for (let seed = 0; seed < 6; seed++) {
      const room = 40 + 5 * seed;
      const { text, ended } = await write(await grammars.guide(constraint, room), anyOf(seed), room);
      expect(ended, text).toBe(true);
      expect(parse(text), text).toBeDefined();
    }
  });

  test.each(Object.entries(JSON_SCHEMAS))('and is valid by its schema: %s', async (_, value) => {
    const validate = new Ajv({ strictTypes: false }).compile(value);
    for (let seed = 0; seed < 20; seed++) {
      const guide = await grammars.guide(schema(value), SCHEMA_TOKENS);
      // Bytes may add up to no character, and what stands in its place is of another length.
      const { text, ended } = await write(guide, anyOf(seed, isPartOfCharacter), SCHEMA_TOKENS);
      expect(ended, text).toBe(true);
      expect(validate(JSON.parse(text)), `seed ${seed}: ${text}`).toBe(true);
    }
  });

  test('unless there are too few tokens for any', async () => {
    const constraint = schema({ properties: { name: { type: 'string' } }, required: ['name'] });
    const { ended, ids } = await write(await grammars.guide(constraint, 4), anyOf(1), 4);
    expect([ended, ids.length]).toEqual([false, 4]);
  });
});

test('what is complete ends the answer; what may go on leaves the end to the model', async () => {
  const guide = await grammars.guide(schema({ const: 7 }), 10);
  expect(guide.complete).toBe(false);
  expect((await write(guide, anyOf(1), 10)).text).toBe('7');
  const number = await grammars.guide(schema({ type: 'integer' }), 10);
  const seven = 3 + '7'.charCodeAt(0);
  await number.next(() => seven, 10);
  expect(number.complete).toBe(false);
  expect(await number.next((allowed) => (isAllowed(allowed, END) ? END : -1), 9)).toBe(END);
  number.dispose();
});

test('control tokens and padding are never drawn', async () => {
  const seen = new Set<number>();
  const all = (allowed: Int32Array) => {
    for (let id = 0; id < VOCAB + 64; id++) if (isAllowed(allowed, id)) seen.add(id);
    return anyOf(seen.size)(allowed);
  };
  await write(await controlled.guide(schema({ type: 'string' }), 20), all, 20);
  expect(seen.size).toBeGreaterThan(1000);
  const hidden = [0, 1, TRIGGER_ID, ...Array.from({ length: 64 }, (_, i) => VOCAB + i)];
  expect(hidden.filter((id) => seen.has(id))).toEqual([]);
});

describe('tools that the model may call', () => {
  const tools = [
    { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
    { name: 'clock', parameters: { type: 'object', properties: {} } },
  ];
  const auto = { type: 'calls' as const, tools, choice: 'auto' as const };

  test('a text without the trigger is free, and ends where it likes', async () => {
    const words = tokenizer.encode('Once "upon" a [TOOL_ time', { addBos: false });
    const { text } = await write(await grammars.guide(auto, 40), () => END, 40, words);
    expect(text).toBe(' Once "upon" a [TOOL_ time');
  });

  test.each([1, 2, 3, 4])('behind the trigger there are calls, and then the end; %i', async (seed) => {
    const words = tokenizer.encode('Well, [TOOL_CALLS] [', { addBos: false });
    const { text, ended } = await write(await grammars.guide(auto, 90), anyOf(seed), 90, words);
    expect(ended).toBe(true);
    const calls = JSON.parse(/^ Well, \[TOOL_CALLS\] (.*)$/s.exec(text)?.[1] ?? '');
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      expect(call.arguments).toEqual(call.name === 'clock' ? {} : { city: expect.any(String) });
    }
  });

  test.each([1, 2, 3, 4])('a control token is the trigger, once; %i', async (seed) => {
    const { text, ids, ended } = await write(await controlled.guide(auto, 90), anyOf(seed), 90, [TRIGGER_ID]);
    expect(ended).toBe(true);
    expect(ids.filter((id) => id === TRIGGER_ID)).toHaveLength(1);
    expect(JSON.parse(text.replace('[TOOL_CALLS] ', '')).length).toBeGreaterThan(0);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no JSON', { type: 'json-schema' as const, schema: '{' }, 'constraint.schema', 'JSON'],
    ['no schema', schema([]), 'constraint.schema', 'a schema'],
    [
      'a range upside down',
      schema({ type: 'integer', minimum: 3, maximum: 1 }),
      'constraint.schema',
      'a range with numbers',
    ],
    ['two schemas at once', schema({ allOf: [{ type: 'integer' }, {}] }), 'constraint.schema', 'allOf'],
    ['a broken pattern', schema({ type: 'string', pattern: '(' }), 'constraint.schema', 'Regex'],
    ['an unknown rule', ebnf('root ::= foo'), 'constraint.ebnf', '"foo" is not defined'],
    ['brackets without end', ebnf(`root ::= ${'('.repeat(900)}"a"${')'.repeat(900)}`), 'constraint.ebnf', 'brackets'],
  ])('is refused, naming the field and the reason: %s', async (_, constraint, field, reason) => {
    await expect(grammars.guide(constraint, 9)).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining(reason),
      data: { field },
    });
    expect((await write(await grammars.guide(schema({ const: 'a' }), 9), anyOf(1), 9)).text).toBe('"a"');
  });
});
