import type {
  EngineEvent,
  GenerateDelta,
  GenerateRequest,
  LoadOptions,
  LoadProgress,
  ModelRef,
} from '../../protocol/engine';
import { type MixtabError, toErrorData } from '../../protocol/errors';
import type { EngineLink } from '../link';
import { WorkerLink } from '../worker-link';
import { whenFree } from './locks';
import { type AskMessage, type Call, type LeaderMessage, type ReplyMessage, tabLockName } from './messages';
import { cancelledError } from './open-calls';

type Asked = Extract<AskMessage, { type: 'call' }>;

/** The leader's side: its worker's engine, and the calls of all tabs to it. */
export class TabHost {
  /** Names this leadership. */
  readonly term = crypto.randomUUID();
  readonly #say: (message: LeaderMessage | ReplyMessage) => void;
  readonly #stop = new AbortController();
  /** Whom to answer; null: all. */
  #onlyTab: string | null = null;
  #link: EngineLink | null = null;
  /** Calls from before the engine was loaded. */
  #waiting: Asked[] = [];
  /** Ids of the requests under way, by tab. */
  readonly #requests = new Map<string, Set<string>>();

  constructor(say: (message: LeaderMessage | ReplyMessage) => void) {
    this.#say = say;
  }

  /** Tells all tabs who leads, loads the model in `worker`, and answers what they asked meanwhile. `onEnd`: should the worker end by itself. */
  async load(worker: Worker, model: ModelRef, load: LoadOptions, onEnd: (reason: MixtabError) => void): Promise<void> {
    const { term } = this;
    this.#say({ type: 'leading', term });
    const onProgress = (progress: LoadProgress): void => this.#say({ type: 'progress', term, progress });
    const link = await WorkerLink.open(worker, model, load, { onProgress, signal: this.#stop.signal });
    this.#link = link;
    const tell = (event: EngineEvent): void => this.#say({ type: 'event', term, event });
    link.listen(tell, (reason) => {
      if (this.#stop.signal.aborted) return;
      this.#stop.abort();
      onEnd(reason);
    });
    this.#say({ type: 'ready', term, info: link.info, load });
    const waiting = this.#waiting.splice(0).sort((a, b) => a.call.askedAt - b.call.askedAt);
    for (const asked of waiting) this.#answer(link, asked);
  }

  get loaded(): boolean {
    return this.#link !== null;
  }

  hear(message: AskMessage): void {
    this.#watch(message.tab);
    if (message.type === 'cancel') this.#cancel(message.tab, message.requestId);
    else if (this.#link) this.#answer(this.#link, message);
    else this.#waiting.push(message);
  }

  /** Frees the GPU. From here on `tab` alone is answered: what the others asked is for the next leader. */
  async unload(tab: string): Promise<void> {
    this.#onlyTab = tab;
    await this.#link?.unload();
  }

  /** Ends the worker. Nothing is answered any more. */
  end(reason: MixtabError): void {
    this.#stop.abort();
    this.#link?.end(reason);
  }

  #answer(link: EngineLink, { tab, call }: Asked): void {
    const reply = (message: { type: 'delta'; delta: GenerateDelta } | { type: 'result'; value: unknown }): void =>
      this.#reply({ ...message, term: this.term, tab, call: call.id });
    invoke(link, call, (delta) => reply({ type: 'delta', delta }))
      .then((value) => reply({ type: 'result', value }))
      .catch((error: unknown) => this.#fail(tab, call, error))
      .finally(() => this.#requests.get(tab)?.delete(requestIdOf(call)));
    if (call.method === 'generate') this.#requests.get(tab)?.add(requestIdOf(call));
  }

  #cancel(tab: string, requestId: string): void {
    const index = this.#waiting.findIndex((asked) => asked.tab === tab && requestIdOf(asked.call) === requestId);
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (waiting) this.#fail(tab, waiting.call, cancelledError());
    else this.#link?.cancel(requestId);
  }

  #fail(tab: string, { id }: Call, error: unknown): void {
    this.#reply({ type: 'error', term: this.term, tab, call: id, error: toErrorData(error) });
  }

  #reply(message: ReplyMessage): void {
    if (this.#stop.signal.aborted || (this.#onlyTab !== null && this.#onlyTab !== message.tab)) return;
    this.#say(message);
  }

  /** What a tab asked is stopped when it is gone, however it went. */
  #watch(tab: string): void {
    if (this.#requests.has(tab)) return;
    const requests = new Set<string>();
    this.#requests.set(tab, requests);
    whenFree(tabLockName(tab), this.#stop.signal).then(
      () => {
        this.#waiting = this.#waiting.filter((asked) => asked.tab !== tab);
        for (const id of requests) this.#link?.cancel(id);
        this.#requests.delete(tab);
      },
      () => {}, // This leadership ended first.
    );
  }
}

function invoke(link: EngineLink, call: Call, onDelta: (delta: GenerateDelta) => void): Promise<unknown> {
  if (call.method === 'generate') return link.generate(call.args[0] as GenerateRequest, onDelta);
  return Reflect.apply(link[call.method], link, call.args) as Promise<unknown>;
}

/** Other calls have none: ''. */
function requestIdOf({ method, args }: Call): string {
  return method === 'generate' ? (args[0] as GenerateRequest).id : '';
}
