import type { ChatEngine } from '../client/chat-engine';
import { FrameBatcher } from '../client/frame-batcher';
import type { ChatBody, ChatCompletionChunk, ChatFinish } from '../client/openai';
import { untilAborted } from '../lib/abort';
import { MixtabError, toErrorData } from '../protocol/errors';
import { Store } from './store';

/** A message of the chat; the system's is not among them. */
export interface ChatTurn {
  /** Unique in this chat, for `key`. */
  id: string;
  role: 'user' | 'assistant';
  content: string;
  /** Of an answer that has ended; `abort` where `stop` was called. Null while it is written, of one that failed, and of a question. */
  finishReason: ChatFinish | 'abort' | null;
}

/** What a chat shows. */
export interface ChatState {
  messages: readonly ChatTurn[];
  /** `loading`: the engine is on its way; `answering`: it computes or writes. */
  status: 'idle' | 'loading' | 'answering';
  /** Why the last answer failed; null once another is asked for. */
  error: MixtabError | null;
}

/** Settings of requests, under OpenAI's names. */
export type ChatSettings = Omit<
  ChatBody,
  | 'messages'
  | 'model'
  | 'stream'
  | 'stream_options'
  | 'n'
  | 'logprobs'
  | 'top_logprobs'
  | 'tools'
  | 'tool_choice'
  | 'parallel_tool_calls'
>;

/** Whom to ask, and how. */
export interface Asking {
  engine: () => Promise<ChatEngine>;
  system: string | undefined;
  settings: ChatSettings;
}

/** A chat as components see it. Nothing here rejects: what fails is state. */
export class ChatStore extends Store<ChatState> {
  /** Of the next answer. */
  asking: Asking;
  #stop: AbortController | null = null;
  #turns = 0;

  constructor(asking: Asking) {
    super({ messages: [], status: 'idle', error: null });
    this.asking = asking;
  }

  protected override abandon(): void {
    this.stop();
  }

  /** Asks, and resolves when the answer has ended. Does nothing for an empty text, and while an answer is under way. */
  readonly send = async (text: string): Promise<void> => {
    if (text.trim() === '' || this.#stop) return;
    await this.#ask([...this.state.messages, this.#turn('user', text)]);
  };

  /** Ends the answer under way; what is written of it stays. */
  readonly stop = (): void => {
    this.#stop?.abort();
  };

  /** Asks the last question again, in place of its answer. Does nothing where there is none, and while an answer is under way. */
  readonly regenerate = async (): Promise<void> => {
    const { messages } = this.state;
    const last = messages.findLastIndex(({ role }) => role === 'user');
    if (last < 0 || this.#stop) return;
    await this.#ask(messages.slice(0, last + 1));
  };

  /** Ends the answer under way, and forgets all messages. */
  readonly clear = (): void => {
    this.#stop?.abort();
    this.#stop = null;
    this.set({ messages: [], status: 'idle', error: null });
  };

  async #ask(questions: readonly ChatTurn[]): Promise<void> {
    const { engine, system, settings } = this.asking;
    const stop = new AbortController();
    const { signal } = stop;
    this.#stop = stop;
    let answer = this.#turn('assistant', '');
    const show = (state: Partial<ChatState>): void => {
      // Another chat has begun where it is not ours any more.
      if (this.#stop === stop) this.set({ ...this.state, messages: [...questions, answer], ...state });
    };
    const frames = new FrameBatcher(() => show({}));
    show({ status: 'loading', error: null });
    let error: MixtabError | null = null;
    try {
      const ready = await untilAborted(engine(), signal);
      show({ status: 'answering' });
      const messages = toMessages(questions, system);
      const chunks = await ready.chat.completions.create({ ...settings, messages, stream: true }, { signal });
      for await (const chunk of chunks) {
        answer = extended(answer, chunk);
        frames.request();
      }
    } catch (failure) {
      if (signal.aborted) answer = { ...answer, finishReason: 'abort' };
      else error = MixtabError.from(toErrorData(failure));
    }
    frames.flush();
    show({ status: 'idle', error });
    if (this.#stop === stop) this.#stop = null;
  }

  #turn(role: ChatTurn['role'], content: string): ChatTurn {
    return { id: `turn-${this.#turns++}`, role, content, finishReason: null };
  }
}

function extended(answer: ChatTurn, { choices: [choice] }: ChatCompletionChunk): ChatTurn {
  if (!choice) return answer;
  const { delta, finish_reason } = choice;
  return { ...answer, content: answer.content + (delta.content ?? ''), finishReason: finish_reason };
}

/** What the model is told. A question that got no answer is not told again: templates want questions and answers in turn. */
function toMessages(turns: readonly ChatTurn[], system: string | undefined): ChatBody['messages'] {
  const told = turns.filter(
    ({ role, content }, index) =>
      content !== '' && !(role === 'user' && index + 1 < turns.length && turns[index + 1]?.content === ''),
  );
  const messages = told.map(({ role, content }) => ({ role, content }));
  return system === undefined || system === '' ? messages : [{ role: 'system', content: system }, ...messages];
}
