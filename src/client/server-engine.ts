import { MixtabError } from '../protocol/errors';
import { apiPath } from './api-path';
import type { ChatEngine, Origin } from './chat-engine';
import type { ChatCompletion, ChatCompletions, Completions, RequestOptions, TextCompletion } from './openai';
import { readModels } from './server-answers';
import { serverChat, serverCompletions } from './server-api';
import { ServerLink, type ServerRef } from './server-link';

/**
 * A model on a server, asked as one of this machine is. Everything rejects with {@link MixtabError}: with what the server says under
 * `request-invalid`, `context-overflow`, `model-not-found` or `server-refused` (`data.status`), with `network-failed` where it cannot be
 * reached, with `server-answer-invalid` where it speaks another language.
 */
export class ServerEngine implements ChatEngine {
  readonly origin: Extract<Origin, { type: 'server' }>;
  readonly model: string;
  readonly chat: { readonly completions: ChatCompletions<ChatCompletion> };
  readonly completions: Completions<TextCompletion>;
  readonly #link: ServerLink;

  private constructor(link: ServerLink) {
    this.origin = { type: 'server', baseUrl: link.baseUrl };
    this.model = link.model;
    this.chat = { completions: serverChat(link) };
    this.completions = serverCompletions(link);
    this.#link = link;
  }

  /** Use {@link createEngine}. Rejects with `model-not-found` where the server does not list the model, `data.models` being those it does. */
  static async connect(server: ServerRef, { signal }: RequestOptions = {}): Promise<ServerEngine> {
    const link = new ServerLink(server);
    const models = readModels(await link.json('/models', { signal: signal ?? null }));
    if (models.includes(link.model)) return new ServerEngine(link);
    throw new MixtabError(
      'model-not-found',
      `${link.baseUrl}: expected ${link.model}, got ${models.join(', ') || 'no model'}`,
      "Name one of the server's models.",
      { models },
    );
  }

  /** Bound, as the platform's is: requests go to the server, whatever host they name, with its key in place of their own. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { method, headers, signal, url } = request;
    const body = request.body === null ? null : await request.arrayBuffer();
    return await this.#link.send(apiPath(url) + new URL(url).search, { method, headers, signal, body });
  };

  /** Ends what is under way; the server goes on. Later calls reject with `model-not-loaded`. */
  async unload(): Promise<void> {
    this.#link.close();
  }
}
