import type { ChatEngine } from '../client/chat-engine';
import { MixtabError, toErrorData } from '../protocol/errors';
import { findMissingWebGpu } from '../ui/webgpu-help';
import { chooseEngine, type EngineAttributes, type EngineChoice } from './engine-choice';
import { type LoadState, SharedEngine } from './shared-engine';

/** Where answers come from: `host` is null on this device. */
export interface Source {
  model: string;
  host: string | null;
}

/** An element's engine: the one that the page gave it, else a shared one that its attributes choose. */
export class EngineSlot {
  readonly #onChange: (state: LoadState) => void;
  #given: ChatEngine | null = null;
  #shared: SharedEngine | null = null;
  #unlisten = (): void => {};
  #wrong: MixtabError | null = null;

  /** `onChange` hears every state that the engine comes to. */
  constructor(onChange: (state: LoadState) => void) {
    this.#onChange = onChange;
  }

  get state(): LoadState {
    if (this.#given) return { status: 'ready', engine: this.#given };
    if (this.#wrong) return { status: 'failed', error: toErrorData(this.#wrong) };
    return this.#shared?.state ?? { status: 'idle' };
  }

  get engine(): ChatEngine | null {
    return this.state.status === 'ready' ? this.state.engine : null;
  }

  get source(): Source | null {
    if (this.#given) return { model: this.#given.model, host: hostOf(this.#given.origin) };
    const choice = this.#shared?.choice;
    if (!choice) return null;
    if (choice.place === 'local') return { model: choice.model.id, host: null };
    return { model: choice.server.model, host: new URL(choice.server.baseUrl).host };
  }

  /** An engine of the page's own, which stays the page's; null goes back to the attributes. */
  give(engine: ChatEngine | null): void {
    this.release();
    this.#given = engine;
    this.#onChange(this.state);
  }

  /** Takes what the attributes ask for; whether it was not taken yet. */
  choose(attributes: EngineAttributes): boolean {
    if (this.#given) return false;
    const choice = this.#check(attributes);
    if (choice === null || sameChoice(choice, this.#shared?.choice)) return false;
    this.release();
    this.#shared = SharedEngine.take(choice);
    this.#unlisten = this.#shared.listen(this.#onChange);
    this.#onChange(this.#shared.state);
    return true;
  }

  /** As {@link SharedEngine.load}. */
  async load(): Promise<ChatEngine> {
    if (this.#given) return this.#given;
    if (this.#wrong) throw this.#wrong;
    if (this.#shared) return this.#shared.load();
    throw new MixtabError(
      'model-not-loaded',
      'mixtab-chat: expected an element of the page, got one outside it',
      'Put the element into the page first.',
    );
  }

  agree(): void {
    this.#shared?.agree();
  }

  cancel(): void {
    this.#shared?.cancel();
  }

  async unload(): Promise<void> {
    await this.#shared?.unload();
  }

  release(): void {
    this.#unlisten();
    this.#shared?.release();
    this.#shared = null;
  }

  #check(attributes: EngineAttributes): EngineChoice | null {
    const before = this.#wrong;
    try {
      this.#wrong = null;
      const choice = chooseEngine(attributes);
      if (choice.place === 'local') requireWebGpu();
      return choice;
    } catch (error) {
      this.release();
      this.#wrong = error instanceof MixtabError ? error : MixtabError.from(toErrorData(error));
      if (this.#wrong.message !== before?.message) this.#onChange(this.state);
      return null;
    }
  }
}

/** Said before anybody has written a message for nothing. The engine finds out the rest: an adapter, its limits. */
function requireWebGpu(): void {
  const missing = findMissingWebGpu({ navigator, isSecureContext });
  if (missing) throw MixtabError.from(missing);
}

function hostOf(origin: ChatEngine['origin']): string | null {
  return origin.type === 'server' ? new URL(origin.baseUrl).host : null;
}

function sameChoice(choice: EngineChoice, other: EngineChoice | undefined): boolean {
  return JSON.stringify(choice) === JSON.stringify(other);
}
