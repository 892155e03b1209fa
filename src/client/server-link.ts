import { MixtabError } from '../protocol/errors';
import { invalid } from './request';
import { parseAnswer } from './server-answers';
import { serverError, unreachable } from './server-errors';

/** A model on an OpenAI-compatible server: vLLM, SGLang, llama.cpp's. */
export interface ServerRef {
  /** Where the API begins, e.g. `http://localhost:8000/v1`. */
  baseUrl: string;
  /** As the server's `/models` lists it. */
  model: string;
  /** Sent as `Authorization: Bearer ...`, to this server alone. */
  apiKey?: string | undefined;
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
}

/** Requests to one server. They reject with {@link MixtabError}: what the server says is kept in the message. */
export class ServerLink {
  readonly baseUrl: string;
  readonly model: string;
  readonly #headers: Record<string, string>;
  readonly #closed = new AbortController();

  /** Throws `request-invalid` naming the field. */
  constructor({ baseUrl, model, apiKey, headers = {} }: ServerRef) {
    if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
      throw invalid('baseUrl', 'an http or https address', baseUrl);
    }
    if (typeof model !== 'string' || model === '') throw invalid('model', 'a name', model);
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.model = model;
    this.#headers = { ...headers, ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }) };
  }

  /** A request with `init.headers` and the server's own; answers come as they are, whatever their status. */
  async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    // A client's own key, or what stands for one, is not for this server.
    headers.delete('authorization');
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    const signal = AbortSignal.any([this.#closed.signal, ...(init.signal ? [init.signal] : [])]);
    return await fetch(this.baseUrl + path, { ...init, headers, signal, credentials: 'omit' });
  }

  /** An answer of status 200 to 299; rejects with `aborted`, `network-failed`, or with what the server says. */
  async ask(path: string, init: RequestInit): Promise<Response> {
    const response = await this.send(path, init).catch((error: unknown) => {
      throw this.failure(error, init.signal);
    });
    if (!response.ok) throw await serverError(response, this);
    return response;
  }

  /** The JSON of an answer that is not streamed. */
  async json(path: string, init: RequestInit): Promise<unknown> {
    const response = await this.ask(path, init);
    const text = await response.text().catch((error: unknown) => {
      throw this.failure(error, init.signal);
    });
    return parseAnswer(text);
  }

  /** What a broken request or body means: the caller's abort, the end of this engine, or trouble on the way. */
  failure(error: unknown, signal: AbortSignal | null | undefined): MixtabError {
    if (error instanceof MixtabError) return error;
    if (this.#closed.signal.aborted) return this.#closed.signal.reason as MixtabError;
    if (signal?.aborted)
      return new MixtabError(
        'aborted',
        'server: expected an answer, got an abort',
        '',
        { text: '', ids: [] },
        signal.reason,
      );
    return unreachable(this.baseUrl, error);
  }

  /** Ends what is under way; later requests reject with `model-not-loaded`. */
  close(): void {
    this.#closed.abort(
      new MixtabError(
        'model-not-loaded',
        'engine: expected a loaded model, got an unloaded one',
        'Create a new engine.',
      ),
    );
  }
}
