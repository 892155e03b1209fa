/** How surprised a model was: nats over the tokens that something stands before. */
export interface Surprise {
  nats: number;
  tokens: number;
}

export const NO_SURPRISE: Surprise = { nats: 0, tokens: 0 };

/** Adds a window's log probabilities, of which the first is of a token that nothing stands before. */
export function addLogprobs({ nats, tokens }: Surprise, logprobs: ArrayLike<number>): Surprise {
  let sum = nats;
  for (let at = 1; at < logprobs.length; at++) sum -= logprobs[at] ?? 0;
  return { nats: sum, tokens: tokens + Math.max(0, logprobs.length - 1) };
}

/** exp of the mean nats a token; null of no token. */
export function perplexityOf({ nats, tokens }: Surprise): number | null {
  return tokens > 0 ? Math.exp(nats / tokens) : null;
}
