import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, FaultControl, HostOptions, Sent, When } from './faults';
import { answerControl } from './faulty-control';
import { sendFile } from './faulty-send';

export interface Served {
  bytes: Uint8Array;
  options: HostOptions;
  etag: string | null;
}

interface Rule extends Required<Pick<When, 'after' | 'times'>> {
  fault: Fault;
  query: string;
}

/**
 * A host on a free port that misbehaves as a test tells it to, and writes down every byte range that it sends. Other origins may read it.
 * For Node tests and e2e specs directly; browser tests reach it over HTTP (tests/support/faulty-client.ts).
 */
export class FaultyServer implements FaultControl {
  readonly #files = new Map<string, Served>();
  readonly #rules = new Map<string, Rule[]>();
  readonly #log: Sent[] = [];
  readonly #hangs = new Map<string, number>();
  readonly #hangWaiters: { path: string; count: number; resolve: () => void }[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<FaultyServer> {
    const server = createServer((request, response) => {
      faulty.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(599);
        response.end(String(error));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const faulty = new FaultyServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    return faulty;
  }

  async serve(path: string, bytes: Uint8Array, options: HostOptions = {}): Promise<void> {
    const etag = options.etag === undefined ? `"${createHash('sha256').update(bytes).digest('hex')}"` : options.etag;
    this.#files.set(path, { bytes, options, etag });
  }

  /** All files of a folder on disk, and of those in it. */
  async serveFolder(path: string, folder: string, options: HostOptions = {}): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const file = `${entry.parentPath}/${entry.name}`;
      await this.serve(`${path}${file.slice(folder.length)}`, await readFile(file), options);
    }
  }

  async fail(path: string, fault: Fault, { after = 0, times = 1, query = '' }: When = {}): Promise<void> {
    this.#rules.set(path, [...(this.#rules.get(path) ?? []), { fault, after, times, query }]);
  }

  /** Forgets a path's faults and what has hung there. */
  heal(path: string): void {
    this.#rules.delete(path);
    this.#hangs.delete(path);
  }

  /** How many faults of a path have not come yet. */
  ahead(path: string): number {
    return (this.#rules.get(path) ?? []).reduce((sum, { times }) => sum + times, 0);
  }

  async log(below = '/'): Promise<Sent[]> {
    return this.#log.filter(({ path }) => path.startsWith(below));
  }

  hung(path: string, count: number): Promise<void> {
    return new Promise((resolve) => {
      if ((this.#hangs.get(path) ?? 0) >= count) resolve();
      else this.#hangWaiters.push({ path, count, resolve });
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const path = decodeURIComponent(url.pathname);
    if (await answerControl(this, path, request, response)) return;
    const sent: Sent = {
      path,
      query: url.search,
      method: request.method ?? '',
      status: 0,
      from: 0,
      to: 0,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    };
    // At once, so that a log read in the middle of an answer has it.
    this.#log.push(sent);
    const fault = request.method === 'GET' ? this.#faultFor(path, url.search) : null;
    await sendFile(this.#files.get(path), fault, request, response, sent, () => this.#hang(path));
  }

  /** The first rule that is not used up decides; a rule counts down only what it looks at. */
  #faultFor(path: string, query: string): Fault | null {
    for (const rule of this.#rules.get(path) ?? []) {
      if (rule.times === 0 || !query.includes(rule.query)) continue;
      if (rule.after > 0) {
        rule.after--;
        return null;
      }
      rule.times--;
      return rule.fault;
    }
    return null;
  }

  #hang(path: string): void {
    const hangs = (this.#hangs.get(path) ?? 0) + 1;
    this.#hangs.set(path, hangs);
    for (const waiter of this.#hangWaiters) if (waiter.path === path && hangs >= waiter.count) waiter.resolve();
  }
}
