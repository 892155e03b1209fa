import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode, MixtabError } from '../protocol/errors';
import { toOpenAiError } from './openai-errors';

const answer = (code: ErrorCode, data = {}) =>
  toOpenAiError(new MixtabError(code, 'it: expected a, got b', 'Do c.', data));

describe('errors over HTTP', () => {
  it.each(ERROR_CODES)('%s is an answer with a status and a body that says what to do', (code) => {
    const { status, body } = answer(code);
    expect(status >= 400 && status < 600).toBe(true);
    expect(body.error).toEqual({
      message: 'it: expected a, got b. Do c.',
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      param: null,
      code: expect.stringMatching(/^[a-z]+(_[a-z]+)*$/),
    });
  });

  it.each<[ErrorCode, number, string]>([
    ['request-invalid', 400, 'invalid_value'],
    ['context-overflow', 400, 'context_length_exceeded'],
    ['model-not-found', 404, 'model_not_found'],
    ['worker-died', 503, 'worker_died'],
    ['server-refused', 502, 'server_refused'],
    ['internal', 500, 'internal'],
  ])('%s is %i, %s', (code, status, told) => {
    const { status: answered, body } = answer(code);
    expect([answered, body.error.code]).toEqual([status, told]);
  });

  it('name the field that is at fault', () => {
    expect(answer('request-invalid', { field: 'top_p' }).body.error.param).toBe('top_p');
  });

  it('that nobody foresaw are internal', () => {
    expect(toOpenAiError(new RangeError('odd'))).toMatchObject({
      status: 500,
      body: { error: { message: expect.stringContaining('RangeError: odd'), type: 'server_error', code: 'internal' } },
    });
  });
});
