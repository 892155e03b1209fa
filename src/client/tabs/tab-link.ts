import { untilAborted } from '../../lib/abort';
import type {
  BudgetInfo,
  ChatMessage,
  EngineStats,
  GenerateDelta,
  GenerateRequest,
  GenerateResult,
  LoadOptions,
  ModelInfo,
  ModelRef,
  Tool,
} from '../../protocol/engine';
import { MixtabError, toErrorData } from '../../protocol/errors';
import type { EngineLink, LinkEvent } from '../link';
import { type OpenOptions, WorkerLink } from '../worker-link';
import { holdLock } from './locks';
import { tabLockName } from './messages';
import { TabGroup } from './tab-group';

/** An engine that all tabs of this origin share, in the worker of one of them. */
export class TabLink implements EngineLink {
  readonly info: ModelInfo;
  readonly #group: TabGroup;

  private constructor(info: ModelInfo, group: TabGroup) {
    this.info = info;
    this.#group = group;
  }

  /**
   * Joins the tabs that use the model. `startWorker` is called when this tab is to run the engine: at once where it is the first, maybe
   * never. Where tabs cannot speak to each other (no Web Locks, a sandboxed frame) it is an engine of this tab's own.
   */
  static async open(
    startWorker: () => Worker,
    model: ModelRef,
    load: LoadOptions,
    { onProgress, signal }: OpenOptions,
  ): Promise<EngineLink> {
    const tab = crypto.randomUUID();
    const leave = await takePart(tab);
    if (!leave) return WorkerLink.open(startWorker(), model, load, { onProgress, signal });
    const group = new TabGroup({ tab, leave, startWorker, model, load, onProgress });
    try {
      const { info } = await untilAborted(group.opened, signal);
      return new TabLink(info, group);
    } catch (error) {
      const failure = error instanceof MixtabError ? error : MixtabError.from(toErrorData(error));
      group.end(failure);
      throw failure;
    }
  }

  get ended(): MixtabError | null {
    return this.#group.ended;
  }

  listen(onEvent: (event: LinkEvent) => void, onEnd: (reason: MixtabError) => void): void {
    this.#group.onEvent = onEvent;
    this.#group.onEnd = onEnd;
    const latest = [...this.#group.latest.values()];
    setTimeout(() => latest.forEach(onEvent)); // After the caller of createEngine, who has yet to listen.
  }

  generate(request: GenerateRequest, onDelta: (delta: GenerateDelta) => void): Promise<GenerateResult> {
    return this.#group.call('generate', [request], onDelta);
  }

  cancel(requestId: string): void {
    this.#group.cancel(requestId);
  }

  setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#group.call('setBudget', [budgetBytes]);
  }

  countTokens(messages: ChatMessage[], tools?: Tool[]): Promise<number> {
    return this.#group.call('countTokens', [messages, tools]);
  }

  tokenize(text: string, options: { addBos: boolean }): Promise<number[]> {
    return this.#group.call('tokenize', [text, options]);
  }

  detokenize(ids: number[]): Promise<string> {
    return this.#group.call('detokenize', [ids]);
  }

  applyChatTemplate(messages: ChatMessage[], tools?: Tool[]): Promise<string> {
    return this.#group.call('applyChatTemplate', [messages, tools]);
  }

  stats(): Promise<EngineStats> {
    return this.#group.call('stats', []);
  }

  unload(): Promise<void> {
    return this.#group.unload();
  }

  end(reason: MixtabError): void {
    this.#group.end(reason);
  }
}

/** Takes the lock that tells other tabs that this one lives; null where there are no locks or channels, or they are refused. */
async function takePart(tab: string): Promise<(() => void) | null> {
  if (navigator.locks === undefined || typeof BroadcastChannel === 'undefined') return null;
  return holdLock(tabLockName(tab)).catch(() => null);
}
