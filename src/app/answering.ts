import type { FrameScheduler } from '../client/frame-batcher';
import { type ErrorData, toErrorData } from '../protocol/errors';
import type { PageEngine } from './engine-port';
import type { ExpertFeed } from './router/expert-feed';
import type { RouteBook } from './router/route-book';
import type { AppAction, AppState } from './state/app-state';
import { type AnswerStatus, isStreaming } from './state/chat';
import type { Store } from './state/store';
import { writeAnswer } from './write-answer';

export interface AnsweringOptions {
  store: Store<AppState, AppAction>;
  feed: ExpertFeed;
  routes: RouteBook;
  schedule?: FrameScheduler | undefined;
  /** Told what broke an answer off. */
  onFailure: (reason: ErrorData) => void;
}

/** The answer that is being written: one at a time. Nothing here rejects. */
export class Answering {
  #abort: AbortController | null = null;

  constructor(private readonly options: AnsweringOptions) {}

  /** Has the last message of the branch that is shown written, or gone on with. Resolves when it has ended, however. */
  async run(engine: PageEngine, answerId: string): Promise<void> {
    const { store, onFailure } = this.options;
    const abort = new AbortController();
    this.#abort = abort;
    let status: Exclude<AnswerStatus, 'streaming'> = 'stopped';
    try {
      status = await writeAnswer(engine, this.options, answerId, abort.signal);
    } catch (error) {
      const reason = toErrorData(error);
      if (reason.code !== 'aborted') {
        status = 'failed';
        onFailure(reason);
      }
    }
    store.dispatch({ type: 'chat/ended', answerId, status });
    if (this.#abort === abort) this.#abort = null;
  }

  /** Ends the answer being written; what is there stays. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Resolves when no answer is being written. */
  whenIdle(): Promise<void> {
    const { store } = this.options;
    return new Promise((resolve) => {
      const look = (): void => {
        if (isStreaming(store.getState().chat)) return;
        stop();
        resolve();
      };
      const stop = store.subscribe(look);
      look();
    });
  }
}
