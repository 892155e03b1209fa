import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialClient, STORY_SETTINGS } from '../../tests/support/official-client';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

/** What the official client may ask of an answer beyond its text, on the embedded model. */
let engine: Engine;
let client: OpenAI;
beforeAll(async () => {
  engine = await createEngine('tiny', { contextLength: 256 });
  client = officialClient(engine);
}, 120_000);
afterAll(() => engine.unload());

const settings = STORY_SETTINGS;

const petSchema = {
  type: 'object',
  properties: { kind: { type: 'string', enum: ['cat', 'dog'] }, legs: { type: 'integer', minimum: 2, maximum: 8 } },
  required: ['kind', 'legs'],
  additionalProperties: false,
};

describe('log probabilities', () => {
  it('come with the likeliest tokens, and a greedy answer is made of these', async () => {
    const body = { ...settings, temperature: 0, logprobs: true, top_logprobs: 3 };
    const { choices } = await client.chat.completions.create(body);
    const content = choices[0]?.logprobs?.content ?? [];
    expect(content).toHaveLength(16);
    for (const { token, logprob, top_logprobs } of content) {
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]).toMatchObject({ token, logprob });
      expect(top_logprobs.map((top) => top.logprob)).toEqual(
        top_logprobs.map((top) => top.logprob).toSorted((a, b) => b - a),
      );
      expect(top_logprobs.reduce((sum, top) => sum + Math.exp(top.logprob), 0)).toBeLessThanOrEqual(1.0001);
    }
    const bytes = content.flatMap((token) => token.bytes ?? []);
    expect(new TextDecoder().decode(Uint8Array.from(bytes)).trim()).toBe(choices[0]?.message.content?.trim());
    const streamed: OpenAI.ChatCompletionTokenLogprob[] = [];
    for await (const { choices } of await client.chat.completions.create({ ...body, stream: true })) {
      streamed.push(...(choices[0]?.logprobs?.content ?? []));
    }
    expect(streamed.map(({ token }) => token)).toEqual(content.map(({ token }) => token));
  });

  it("come in OpenAI's older shape with text completions", async () => {
    const body = { model: 'tiny', prompt: 'Once upon a time', max_tokens: 6, temperature: 0, logprobs: 2 };
    const [choice] = (await client.completions.create(body)).choices;
    const { tokens = [], token_logprobs = [], top_logprobs = [], text_offset = [] } = choice?.logprobs ?? {};
    expect([tokens, token_logprobs, top_logprobs, text_offset].map((list) => list.length)).toEqual([6, 6, 6, 6]);
    for (const [index, token] of tokens.entries())
      expect(top_logprobs[index]).toHaveProperty([token], token_logprobs[index]);
    expect(text_offset[0]).toBe(0);
    expect(text_offset).toEqual(text_offset.toSorted((a, b) => a - b));
  });

  it('are of the logits as they were, whatever bias forbids', async () => {
    const body = { model: 'tiny', prompt: 'Once upon a time', max_tokens: 1, temperature: 0 };
    const free = (await engine.generate({ input: { prompt: body.prompt }, maxTokens: 1, sampling: { temperature: 0 } }))
      .ids[0];
    const forbidden = await client.completions.create({ ...body, logit_bias: { [String(free)]: -100 } });
    expect(forbidden.choices[0]?.text).not.toBe((await client.completions.create(body)).choices[0]?.text);
  });
});

describe('response formats', () => {
  it('hold an answer to a schema', async () => {
    const json_schema = { name: 'pet', strict: true, schema: petSchema };
    const parsed = await client.chat.completions.parse({
      ...settings,
      max_tokens: 64,
      response_format: { type: 'json_schema', json_schema },
    });
    expect(parsed.choices[0]?.message.parsed).toEqual({
      kind: expect.stringMatching(/^(cat|dog)$/),
      legs: expect.any(Number),
    });
    expect(parsed.choices[0]?.finish_reason).toBe('stop');
  });

  it('hold an answer to a grammar, as WebLLM has it', async () => {
    const body = { ...settings, response_format: { type: 'grammar', grammar: 'root ::= "yes" | "no"' } };
    const answer = await client.chat.completions.create(
      body as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming,
    );
    expect(answer.choices[0]?.message.content).toMatch(/^(yes|no)$/);
  });

  it.each<[string, object, string]>([
    [
      'a schema',
      { type: 'json_schema', json_schema: { name: 'odd', schema: { type: 'oddity' } } },
      'response_format.json_schema.schema',
    ],
    ['a grammar', { type: 'grammar', grammar: 'root = yes' }, 'response_format.grammar'],
  ])('that are no good are refused: %s', async (_, response_format, param) => {
    const failed = client.chat.completions.create({ ...settings, response_format } as typeof settings);
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'invalid_value', param });
    await expect(failed).rejects.toThrow(param);
  });

  it('hold an answer to JSON', async () => {
    const answer = await client.chat.completions.create({
      ...settings,
      max_tokens: 48,
      temperature: 0,
      response_format: { type: 'json_object' },
    });
    const { message, finish_reason } = answer.choices[0] ?? {};
    expect(message?.content).toMatch(/^\s*\{/);
    if (finish_reason === 'stop') expect(JSON.parse(message?.content ?? '')).toBeTypeOf('object');
  });
});
