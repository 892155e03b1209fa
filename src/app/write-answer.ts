import { FrameBatcher, type FrameScheduler } from '../client/frame-batcher';
import type { GenerateStats } from '../protocol/engine';
import { ask, textOf } from './ask';
import type { PageEngine } from './engine-port';
import type { ExpertFeed } from './router/expert-feed';
import type { AppAction, AppState } from './state/app-state';
import type { AnswerStatus } from './state/chat';
import type { Store } from './state/store';

export interface Paper {
  store: Store<AppState, AppAction>;
  feed: ExpertFeed;
  schedule?: FrameScheduler | undefined;
}

/**
 * Asks for the chat's next answer and writes it into the state as it comes, at most once a frame. Resolves to how it ended, rejects with what
 * broke it off; either way all that came is written by then.
 */
export async function writeAnswer(
  engine: PageEngine,
  { store, feed, schedule }: Paper,
  answerId: string,
  signal: AbortSignal,
): Promise<Exclude<AnswerStatus, 'streaming'>> {
  const { chat, settings } = store.getState();
  const pending: { text: string; stats: GenerateStats | null } = { text: '', stats: null };
  const paint = new FrameBatcher(() => {
    store.dispatch({ type: 'chat/streamed', answerId, ...pending });
    pending.text = '';
  }, schedule);
  let status: Exclude<AnswerStatus, 'streaming'> = 'stopped';
  try {
    const { chunks, forgotten } = await ask(engine, chat, settings, signal);
    if (forgotten > 0) store.dispatch({ type: 'chat/forgot', answerId, forgotten });
    for await (const chunk of chunks) {
      pending.text += textOf(chunk);
      if (chunk.mixtab) {
        pending.stats = chunk.mixtab.stats;
        feed.setPicks(chunk.mixtab.picks);
      }
      paint.request();
      const reason = chunk.choices[0]?.finish_reason;
      if (reason === 'stop') status = 'done';
      if (reason === 'length') status = 'length';
    }
  } finally {
    paint.flush();
  }
  return status;
}
