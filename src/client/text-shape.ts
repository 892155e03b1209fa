import type { ChosenLogprob, FinishReason } from '../protocol/engine';
import type { Head, Shape } from './completions';
import type { LocalTextCompletion, TextCompletionChunk, TextLogprobs } from './openai';

/** OpenAI's text completions. */
export function textShape(head: Head): Shape<LocalTextCompletion, TextCompletionChunk> {
  const base = { ...head, id: `cmpl-${head.id}`, object: 'text_completion' as const };
  return {
    whole: (results, usage) => ({
      ...base,
      choices: results.map(({ text, logprobs, finishReason, stats, routing }, index) => ({
        index,
        text,
        logprobs: offsets()(logprobs),
        finish_reason: reasonOf(finishReason),
        mixtab: { stats, routing },
      })),
      usage,
    }),
    choice: (index) => {
      const logprobsOf = offsets();
      return {
        open: () => [],
        delta: ({ text, logprobs, stats, pieces, picks, weights }) => ({
          ...base,
          choices: [{ index, text, logprobs: logprobsOf(logprobs), finish_reason: null }],
          mixtab: { stats, pieces, picks, weights },
        }),
        close: (reason) => ({
          ...base,
          choices: [{ index, text: '', logprobs: null, finish_reason: reason === 'abort' ? reason : reasonOf(reason) }],
        }),
      };
    },
    usage: (usage) => ({ ...base, choices: [], usage }),
  };
}

/** A text completion is given no tools to call. */
function reasonOf(reason: Exclude<FinishReason, 'abort'>): 'stop' | 'length' {
  return reason === 'length' ? 'length' : 'stop';
}

/** Log probabilities in OpenAI's older shape, part after part of one answer. */
function offsets(): (logprobs: ChosenLogprob[] | undefined) => TextLogprobs | null {
  // A token may end in the middle of a character: where the next begins is known by the bytes.
  const decoder = new TextDecoder();
  let offset = 0;
  return (logprobs) => {
    if (logprobs === undefined) return null;
    const text_offset = logprobs.map(({ bytes }) => {
      const begin = offset;
      offset += decoder.decode(Uint8Array.from(bytes ?? []), { stream: true }).length;
      return begin;
    });
    return {
      tokens: logprobs.map(({ token }) => token),
      token_logprobs: logprobs.map(({ logprob }) => logprob),
      top_logprobs: logprobs.map((chosen) =>
        Object.fromEntries([...chosen.top, chosen].map(({ token, logprob }) => [token, logprob])),
      ),
      text_offset,
    };
  };
}
