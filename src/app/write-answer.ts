import { FrameBatcher, type FrameScheduler } from '../client/frame-batcher';
import type { GenerateStats } from '../protocol/engine';
import { ask, textOf } from './ask';
import type { PageEngine } from './engine-port';
import type { ExpertFeed } from './router/expert-feed';
import type { RouteBook } from './router/route-book';
import type { AppAction, AppState } from './state/app-state';
import type { AnswerFigures, AnswerStatus } from './state/chat';
import type { Store } from './state/store';

export interface Paper {
  store: Store<AppState, AppAction>;
  feed: ExpertFeed;
  routes: RouteBook;
  schedule?: FrameScheduler | undefined;
}

/**
 * Asks for the chat's last answer, or for how it goes on, and writes it into the state as it comes, at most once a frame. Resolves to how it ended, rejects with what
 * broke it off; either way all that came is written by then.
 */
export async function writeAnswer(
  engine: PageEngine,
  { store, feed, routes, schedule }: Paper,
  answerId: string,
  signal: AbortSignal,
): Promise<Exclude<AnswerStatus, 'streaming'>> {
  const { chat, settings, model } = store.getState();
  const last = chat.path.at(-1);
  const before = last?.role === 'assistant' ? last.figures : null;
  if (last && model.info) routes.begin(answerId, model.info, last.text);
  const pending: { text: string; stats: GenerateStats | null } = { text: '', stats: null };
  const paint = new FrameBatcher(() => {
    const figures = pending.stats && figuresOf(pending.stats, before);
    store.dispatch({ type: 'chat/streamed', answerId, ...pending, figures });
    pending.text = '';
  }, schedule);
  let status: Exclude<AnswerStatus, 'streaming'> = 'stopped';
  try {
    const { chunks, forgotten } = await ask(engine, chat, settings, signal);
    if (forgotten > 0) store.dispatch({ type: 'chat/forgot', answerId, forgotten });
    for await (const chunk of chunks) {
      pending.text += textOf(chunk);
      if (chunk.mixtab) {
        feed.setTokens(chunk.mixtab, pending.stats === null);
        pending.stats = chunk.mixtab.stats;
        if (model.info) routes.add(answerId, model.info, chunk.mixtab);
      }
      paint.request();
      const reason = chunk.choices[0]?.finish_reason;
      if (reason === 'stop') status = 'done';
      if (reason === 'length') status = 'length';
    }
  } finally {
    paint.flush();
    if (pending.stats) feed.timeline.end(pending.stats);
  }
  return status;
}

/** An answer that goes on has what it had before, and the speed of its newest part. */
function figuresOf(stats: GenerateStats, before: AnswerFigures | null): AnswerFigures {
  return {
    tokens: (before?.tokens ?? 0) + stats.decodeTokens,
    tokensPerSecond: stats.decodeTokensPerSecond,
    hits: (before?.hits ?? 0) + stats.hits,
    misses: (before?.misses ?? 0) + stats.misses,
  };
}
