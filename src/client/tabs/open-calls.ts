import { readErrorData } from '../../lib/comlink-errors';
import type { GenerateDelta, GenerateRequest, GenerateResult } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';
import type { Call, Method, ReplyMessage } from './messages';
import { Replay } from './replay';

interface Open {
  call: Call;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Of `generate`. */
  onDelta?: (delta: GenerateDelta) => void;
  replay: Replay;
  cancelled: boolean;
}

/** The calls of one tab that have no answer yet. They outlive leaders: a new one is asked what is open. */
export class OpenCalls {
  readonly #open = new Map<number, Open>();
  #count = 0;

  /** Opens a call and lets `send` ask it. */
  start<T>(method: Method, args: unknown[], send: (call: Call) => void, onDelta?: Open['onDelta']): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call: Call = { id: this.#count++, method, args, askedAt: Date.now() };
      send(call); // Before it counts as open: what cannot be sent throws.
      const open = { call, resolve: resolve as Open['resolve'], reject, replay: new Replay(), cancelled: false };
      this.#open.set(call.id, { ...open, ...(onDelta && { onDelta }) });
    });
  }

  /** What a new leader is to be asked, in the order in which it was asked. Cancelled calls end here. */
  startAgain(): Call[] {
    for (const { call, cancelled, replay } of this.#open.values()) {
      if (cancelled) this.#settle(call.id, ({ reject }) => reject(cancelledError()));
      replay.startAgain();
    }
    return [...this.#open.values()].map(({ call, replay }) => {
      if (call.method !== 'generate' || replay.ids.length === 0) return call;
      return { ...call, args: [{ ...(call.args[0] as GenerateRequest), begun: replay.ids }] };
    });
  }

  /** Notes that nobody waits for an answer any more. */
  cancel(requestId: string): void {
    for (const open of this.#open.values()) {
      if (open.call.method === 'generate' && (open.call.args[0] as GenerateRequest).id === requestId) {
        open.cancelled = true;
      }
    }
  }

  hear(message: ReplyMessage): void {
    const open = this.#open.get(message.call);
    if (!open) return;
    try {
      if (message.type === 'delta') {
        const fresh = open.replay.take(message.delta);
        if (fresh) open.onDelta?.(fresh);
      } else if (message.type === 'error') {
        throw MixtabError.from(readErrorData(message.error));
      } else {
        if (open.call.method === 'generate') open.replay.check(message.value as GenerateResult);
        this.#settle(message.call, ({ resolve }) => resolve(message.value));
      }
    } catch (error) {
      this.#settle(message.call, ({ reject }) => reject(error));
    }
  }

  end(reason: MixtabError): void {
    for (const id of this.#open.keys()) this.#settle(id, ({ reject }) => reject(reason));
  }

  #settle(id: number, how: (open: Open) => void): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (open) how(open);
  }
}

export function cancelledError(): MixtabError {
  return new MixtabError('aborted', 'generate: expected an answer, got an abort');
}
