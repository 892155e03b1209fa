import type { ChatBody, CompletionBody } from '../client/openai';
import { isObject } from '../lib/json';
import type { ChatOptions } from './config';
import { WebLLMError } from './errors';

/** What WebLLM takes beside OpenAI's fields, as the `openai` package's clients send it: its fields join the body. */
export interface ExtraBody {
  top_k?: number | null;
  min_p?: number | null;
  typical_p?: number | null;
  repetition_penalty?: number | null;
  /** Taken and not used: Mixtral does not think aloud. */
  enable_thinking?: boolean | null;
}

/** OpenAI's chat request with WebLLM's fields. */
export type ChatCompletionRequest = ChatBody & { extra_body?: ExtraBody | null };
/** OpenAI's text completion request with WebLLM's fields. */
export type CompletionCreateParams = CompletionBody & { extra_body?: ExtraBody | null };

/** A request of either API. */
export type WithExtra<Body> = Body & { extra_body?: ExtraBody | null };

/** What was asked for, over what the model's options say of all requests. Throws `UnsupportedFieldsError`. */
export function bodyOf<Body extends ChatBody | CompletionBody>(
  { extra_body: extra, ...body }: WithExtra<Body>,
  { context_window_size: _, ...defaults }: ChatOptions,
): Body {
  if (extra !== null && extra !== undefined && !isObject(extra)) {
    throw new WebLLMError('UnsupportedFieldsError', 'request-invalid', 'extra_body: expected an object, got none');
  }
  const { enable_thinking: _thinking, ...more } = extra ?? {};
  const asked = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
  // Checked by who answers it, field by field.
  return { ...defaults, ...Object.fromEntries(asked), ...more } as unknown as Body;
}
