import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ChatEngine } from '../client/chat-engine';
import type { LoadProgress, ModelRef } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { type Asking, type ChatSettings, type ChatState, ChatStore } from './chat-store';
import type { EngineSettings, EngineStore } from './engine-store';
import { useEngineStore } from './use-engine';

/** Whom to ask: an engine of the caller's, or a model that this chat loads for itself. Beside it OpenAI's settings of requests. */
export type UseChatOptions = ChatSettings & {
  /** What the model is told before all messages. */
  system?: string | undefined;
} & (
    | {
        /** Any engine, a server's too; null while it is not there, as `useEngine` has it: what is sent then fails. */
        engine: ChatEngine | null;
      }
    | {
        /** Loaded with the first message, unloaded with the component. */
        model: ModelRef | 'tiny';
        /** How that engine is made. */
        load?: EngineSettings | undefined;
      }
  );

/** A chat, as a component sees it. */
export interface UseChat extends ChatState {
  /** Of the engine's load; null unless `status` is `loading`. */
  progress: LoadProgress | null;
  /** Asks, and resolves when the answer has ended. Does nothing for an empty text, and while an answer is under way. Never rejects. */
  send: (text: string) => Promise<void>;
  /** Ends the answer under way; what is written of it stays. */
  stop: () => void;
  /** Asks the last question again, in place of its answer. Never rejects. */
  regenerate: () => Promise<void>;
  /** Ends the answer under way, and forgets all messages. */
  clear: () => void;
}

/**
 * A chat that streams, with one render a frame at most. Nothing is loaded before the first message; answers end with the component.
 *
 * @example
 * ```tsx
 * function Chat() {
 *   const { messages, status, error, send, stop } = useChat({ model: 'tiny', system: 'You tell short stories.', temperature: 0.7 });
 *   return (
 *     <form
 *       onSubmit={(event) => {
 *         event.preventDefault();
 *         send(event.currentTarget.question.value);
 *       }}
 *     >
 *       {messages.map(({ id, role, content }) => <p key={id} className={role}>{content}</p>)}
 *       {error && <p>{error.message}</p>}
 *       <input name="question" />
 *       {status === 'idle' ? <button>Ask</button> : <button type="button" onClick={stop}>Stop</button>}
 *     </form>
 *   );
 * }
 * ```
 */
export function useChat(options: UseChatOptions): UseChat {
  const engines = useEngineStore(
    'model' in options ? options.model : 'tiny',
    ('model' in options && options.load) || {},
  );
  const asking = askingOf(options, engines);
  const [store] = useState(() => new ChatStore(asking));
  useEffect(() => {
    store.asking = asking;
  });
  useEffect(() => store.retain(), [store]);
  const { progress } = useSyncExternalStore(engines.subscribe, engines.snapshot, engines.snapshot);
  const state = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  const { send, stop, regenerate, clear } = store;
  return { ...state, progress: state.status === 'loading' ? progress : null, send, stop, regenerate, clear };
}

function askingOf(options: UseChatOptions, engines: EngineStore): Asking {
  if ('model' in options) {
    const { model: _, load: _load, system, ...settings } = options;
    return { engine: () => engines.open(), system, settings };
  }
  const { engine, system, ...settings } = options;
  return { engine: async () => engine ?? noEngine(), system, settings };
}

function noEngine(): never {
  throw new MixtabError(
    'model-not-loaded',
    'chat: expected an engine, got none yet',
    'Load the engine, then ask again.',
  );
}
