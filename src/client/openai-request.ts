import type { ModelInfo } from '../protocol/engine';
import type { ChatBody, CompletionBody } from './openai';
import { spelt } from './openai-fields';
import { toMessages } from './openai-messages';
import { checkMost, isFlag, isWhole, refuseUnknown, settingsOf } from './openai-settings';
import { toConstraint, toTools } from './openai-tools';
import { checkIds, type EngineRequest, invalid } from './request';

/** What a body asks for: requests to make one after the other, `n` for each prompt. All throw `request-invalid` naming OpenAI's field. */
export interface Asked {
  requests: EngineRequest[];
  n: number;
}

export function fromChatBody(body: ChatBody, info: ModelInfo): Asked {
  refuseUnknown(body, [
    ...['messages', 'max_completion_tokens', 'top_logprobs'],
    ...['response_format', 'tools', 'tool_choice', 'parallel_tool_calls', 'continue_final_message'],
  ]);
  const most = body.max_completion_tokens ?? undefined;
  if (most !== undefined) checkMost(most, 'max_completion_tokens');
  if (!isFlag(body.parallel_tool_calls))
    throw invalid('parallel_tool_calls', 'true or false', body.parallel_tool_calls);
  if (!isFlag(body.continue_final_message))
    throw invalid('continue_final_message', 'true or false', body.continue_final_message);
  const goesOn = body.continue_final_message === true ? { continueFinal: true } : {};
  const input = spelt(() => ({ messages: toMessages(body.messages), ...toTools(body), ...goesOn }));
  const asked = { logprobs: chatLogprobs(body), constraint: toConstraint(body.response_format) };
  const settings = settingsOf(body, info);
  const requests = settings.map((one) => ({ input, ...one, maxTokens: most ?? one.maxTokens, ...asked }));
  return { requests, n: settings.length };
}

export function fromCompletionBody(body: CompletionBody, info: ModelInfo): Asked {
  refuseUnknown(body, ['prompt']);
  const logprobs = body.logprobs ?? undefined;
  if (logprobs !== undefined && !isWhole(logprobs, 0, 5))
    throw invalid('logprobs', 'a whole number from 0 to 5', logprobs);
  const settings = settingsOf(body, info);
  const requests = promptsOf(body.prompt, info).flatMap((input) =>
    settings.map((one) => ({ input, ...one, logprobs })),
  );
  return { requests, n: settings.length };
}

function chatLogprobs({ logprobs, top_logprobs: top }: ChatBody): number | undefined {
  if (!isFlag(logprobs)) throw invalid('logprobs', 'true or false', logprobs);
  if (top === null || top === undefined) return logprobs ? 0 : undefined;
  if (!isWhole(top, 0, 20)) throw invalid('top_logprobs', 'a whole number from 0 to 20', top);
  if (!logprobs) throw invalid('logprobs', 'true where top_logprobs is given', logprobs);
  return top;
}

/** One text or list of ids, or several in a list. */
function promptsOf(prompt: unknown, { vocabSize }: ModelInfo): ({ prompt: string } | { ids: number[] })[] {
  const one = (value: unknown, field: string) => {
    if (typeof value === 'string') return { prompt: value };
    if (Array.isArray(value) && value.length > 0) return { ids: checkIds(value, field, vocabSize) };
    throw invalid(field, 'a text or token ids', value);
  };
  const isList = Array.isArray(prompt) && (typeof prompt[0] === 'string' || Array.isArray(prompt[0]));
  return isList ? prompt.map((value, index) => one(value, `prompt[${index}]`)) : [one(prompt, 'prompt')];
}
