import type { ChosenLogprob, GenerateResult, TokenLogprob, ToolCall } from '../protocol/engine';
import type { Head, Shape } from './completions';
import type {
  ChatBody,
  ChatCompletionChunk,
  ChatLogprobs,
  ChatToolCall,
  LocalChatCompletion,
  Logprob,
  ToolCallDelta,
} from './openai';

/** OpenAI's chat answers. */
export function chatShape(
  head: Head,
  { parallel_tool_calls: parallel }: ChatBody,
): Shape<LocalChatCompletion, ChatCompletionChunk> {
  const most = parallel === false ? 1 : Number.POSITIVE_INFINITY;
  const base = { ...head, id: `chatcmpl-${head.id}` };
  const chunk = { ...base, object: 'chat.completion.chunk' as const };
  return {
    whole: (results, usage) => ({
      ...base,
      object: 'chat.completion',
      choices: results.map((result, index) => ({
        index,
        message: messageOf(result, most),
        logprobs: logprobsOf(result.logprobs),
        finish_reason: result.finishReason,
        mixtab: { stats: result.stats, routing: result.routing },
      })),
      usage,
    }),
    choice: (index) => {
      let told = 0;
      const choice = { index, logprobs: null };
      return {
        open: () => [
          {
            ...chunk,
            choices: [{ ...choice, delta: { role: 'assistant', content: '', refusal: null }, finish_reason: null }],
          },
        ],
        delta: ({ text, toolCalls = [], logprobs, stats, pieces, picks, weights }) => {
          const calls = toolCalls.slice(0, most - told).map((call, at) => ({ index: told + at, ...toToolCall(call) }));
          told += calls.length;
          const delta = deltaOf(text, calls);
          return {
            ...chunk,
            choices: [{ index, delta, logprobs: logprobsOf(logprobs), finish_reason: null }],
            mixtab: { stats, pieces, picks, weights },
          };
        },
        close: (reason) => ({ ...chunk, choices: [{ ...choice, delta: {}, finish_reason: reason }] }),
      };
    },
    usage: (usage) => ({ ...chunk, choices: [], usage }),
  };
}

function messageOf(
  { text, toolCalls = [] }: GenerateResult,
  most: number,
): LocalChatCompletion['choices'][number]['message'] {
  const message = { role: 'assistant', refusal: null } as const;
  if (toolCalls.length === 0) return { ...message, content: text };
  return { ...message, content: text === '' ? null : text, tool_calls: toolCalls.slice(0, most).map(toToolCall) };
}

function deltaOf(text: string, calls: ToolCallDelta[]): ChatCompletionChunk['choices'][number]['delta'] {
  if (calls.length === 0) return { content: text };
  return { ...(text === '' ? {} : { content: text }), tool_calls: calls };
}

function toToolCall({ id, name, arguments: args }: ToolCall): ChatToolCall {
  return { id, type: 'function', function: { name, arguments: args } };
}

function logprobsOf(logprobs: ChosenLogprob[] | undefined): ChatLogprobs | null {
  if (logprobs === undefined) return null;
  const content = logprobs.map((chosen) => ({ ...toLogprob(chosen), top_logprobs: chosen.top.map(toLogprob) }));
  return { content, refusal: null };
}

function toLogprob({ token, bytes, logprob }: TokenLogprob): Logprob {
  return { token, bytes, logprob };
}
