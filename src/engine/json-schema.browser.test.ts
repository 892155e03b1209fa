import Ajv from 'ajv/dist/2020';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JSON_SCHEMAS, SCHEMA_TOKENS } from '../../tests/support/json-schemas';
import type { Engine } from './engine';
import { ask, GREEDY, loadTiny } from './testing';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTiny();
});
afterAll(() => engine.unload());

/** Of these the shortest answers are short: the model would ramble on for longer, and must end as the schema has it. */
const FEWER_TOKENS: Record<string, number> = {
  'an object of texts and numbers': 40,
  'arrays without end': 40,
  'enums and constants': 48,
  'optional and further properties': 40,
};

// Every token is a step of the GPU: src/model/grammar/guide.browser.test.ts has many more answers, by draws that need none.
test.each(Object.entries(JSON_SCHEMAS))('at temperature 1 every answer is %s', async (name, schema) => {
  const validate = new Ajv({ strictTypes: false }).compile(schema);
  for (const seed of [1, 2]) {
    const { text, finishReason } = await ask(engine, {
      input: { messages: [{ role: 'user', content: 'Tell me a story about a cat.' }] },
      sampling: { ...GREEDY, temperature: 1, seed },
      maxTokens: FEWER_TOKENS[name] ?? SCHEMA_TOKENS,
      constraint: { type: 'json-schema', schema: JSON.stringify(schema) },
    });
    expect(validate(JSON.parse(text)), `seed ${seed}: ${text}`).toBe(true);
    expect(finishReason).toBe('stop');
  }
});
