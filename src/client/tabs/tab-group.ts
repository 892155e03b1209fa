import type { GenerateDelta, LoadOptions, ModelRef } from '../../protocol/engine';
import { MixtabError, toErrorData } from '../../protocol/errors';
import type { LinkEvent } from '../link';
import type { OpenOptions } from '../worker-link';
import { standForLock } from './locks';
import {
  type AskMessage,
  type Call,
  groupName,
  type LeaderMessage,
  type Method,
  type ReplyMessage,
  readMessage,
  type SharedEngine,
  type TabMessage,
} from './messages';
import { OpenCalls } from './open-calls';
import { TabHost } from './tab-host';
import { unmetWish } from './wishes';

export interface Membership {
  /** Names this tab; it holds the lock of {@link tabLockName}. */
  tab: string;
  /** Gives that lock back. */
  leave(): void;
  startWorker(): Worker;
  model: ModelRef;
  load: LoadOptions;
  onProgress: OpenOptions['onProgress'];
}

/**
 * A tab's part in the engine that all tabs of an origin share for one model. The tab that holds the model's Web Lock leads: its worker is
 * the engine. The others wait for the lock; who gets it loads the model as it was loaded before, and is asked again what is open.
 */
export class TabGroup {
  onEvent: (event: LinkEvent) => void = () => {};
  onEnd: (reason: MixtabError) => void = () => {};
  /** The engine, once there is one to ask. */
  readonly opened: Promise<SharedEngine>;
  /** What a listener that comes late has to know: of residency and sharing the last event. */
  readonly latest = new Map<LinkEvent['type'], LinkEvent>();
  readonly #membership: Membership;
  readonly #calls = new OpenCalls();
  readonly #channel: BroadcastChannel;
  readonly #stopStanding: () => void;
  #settle!: { resolve(engine: SharedEngine): void; reject(reason: MixtabError): void };
  #host: TabHost | null = null;
  /** Of the leader that was heard last. */
  #term: string | null = null;
  /** As last heard; kept over a change of leaders. */
  #engine: SharedEngine | null = null;
  #ended: MixtabError | null = null;

  constructor(membership: Membership) {
    this.#membership = membership;
    this.opened = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const name = groupName(membership.model.id);
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = readMessage(data);
      if (message) this.#hear(message);
    };
    this.#stopStanding = standForLock(
      name,
      (signal) => this.#lead(signal),
      () => this.#post({ type: 'hello' }),
    );
  }

  get ended(): MixtabError | null {
    return this.#ended;
  }

  call<T>(method: Method, args: unknown[], onDelta?: (delta: GenerateDelta) => void): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    return this.#calls.start<T>(method, args, (call) => this.#askFor(call), onDelta);
  }

  cancel(requestId: string): void {
    this.#calls.cancel(requestId);
    this.#ask({ type: 'cancel', requestId });
  }

  /** Frees the GPU where this tab leads; whoever leads next loads the model again. */
  async unload(): Promise<void> {
    await this.#host?.unload(this.#membership.tab);
  }

  end(reason: MixtabError): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#stopStanding();
    this.#channel.close();
    this.#membership.leave();
    this.#settle.reject(reason);
    this.onEnd(reason);
    this.#calls.end(reason);
  }

  /** Holds the lock until `signal` fires. */
  async #lead(signal: AbortSignal): Promise<void> {
    const { startWorker, model, load } = this.#membership;
    const host = new TabHost((message) => this.#tell(message));
    this.#host = host;
    const over = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        this.#host = null;
        host.end(this.#ended ?? new MixtabError('aborted', 'engine: its tab was frozen, another one takes over'));
        resolve();
      });
    });
    const before = this.#engine;
    const options = before ? { ...before.load, budgetBytes: before.info.budget.budgetBytes } : load;
    try {
      await host.load(startWorker(), model, options, (reason) => this.end(reason));
    } catch (error) {
      if (!signal.aborted) this.end(error instanceof MixtabError ? error : MixtabError.from(toErrorData(error)));
    }
    await over;
  }

  #hear(message: TabMessage): void {
    if (this.#ended) return;
    if (message.type === 'hello') this.#greet();
    else if (!('tab' in message)) this.#hearLeader(message);
    else if (message.type === 'call' || message.type === 'cancel') {
      if (message.term === this.#host?.term) this.#host.hear(message);
    } else if (message.tab === this.#membership.tab && message.term === this.#term) this.#calls.hear(message);
  }

  #hearLeader(message: LeaderMessage): void {
    if (this.#host && message.term !== this.#host.term) return; // The last words of the one before.
    if (message.term !== this.#term) this.#follow(message.term);
    if (message.type === 'event') this.#emit(message.event);
    if (message.type === 'progress' && !this.#engine) this.#membership.onProgress(message.progress);
    if (message.type === 'ready') this.#ready(message);
  }

  /** Asks a new leader what is open. */
  #follow(term: string): void {
    this.#term = term;
    this.latest.delete('residency');
    if (this.#engine) this.#emit({ type: 'sharing', runs: 'moving' });
    for (const call of this.#calls.startAgain()) this.#askFor(call);
  }

  #ready({ info, load }: SharedEngine): void {
    const unmet = this.#engine || this.#host ? null : unmetWish(this.#membership.load, { info, load });
    if (unmet) {
      this.end(unmet);
      return;
    }
    this.#engine = { info, load };
    const runs = this.#host ? 'here' : 'elsewhere';
    const before = this.latest.get('sharing'); // Every tab that comes makes the leader say again that it is ready.
    if (before?.type !== 'sharing' || before.runs !== runs) this.#emit({ type: 'sharing', runs });
    this.#settle.resolve(this.#engine);
  }

  #emit(event: LinkEvent): void {
    if (event.type === 'budget' && this.#engine) this.#engine.info = { ...this.#engine.info, budget: event.budget };
    if (event.type === 'residency' || event.type === 'sharing') this.latest.set(event.type, event);
    this.onEvent(event);
  }

  /** Tells a tab that came what it has missed. */
  #greet(): void {
    if (!this.#host) return;
    const { term, loaded } = this.#host;
    const residency = this.latest.get('residency');
    this.#post(loaded && this.#engine ? { type: 'ready', term, ...this.#engine } : { type: 'leading', term });
    if (residency?.type === 'residency') this.#post({ type: 'event', term, event: residency });
  }

  #askFor(call: Call): void {
    this.#ask({ type: 'call', call });
  }

  /** Before a leader is known nothing is asked: it will be when one is. */
  #ask(ask: { type: 'call'; call: Call } | { type: 'cancel'; requestId: string }): void {
    if (this.#term === null || this.#ended) return;
    const message: AskMessage = { ...ask, term: this.#term, tab: this.#membership.tab };
    if (this.#host?.term === this.#term) this.#host.hear(message);
    else this.#post(message);
  }

  /** What this tab's host says. */
  #tell(message: LeaderMessage | ReplyMessage): void {
    if (this.#ended) return;
    if (!('tab' in message) || message.tab !== this.#membership.tab) this.#post(message);
    this.#hear(message);
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }
}
