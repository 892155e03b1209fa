import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Chromium asks there, by itself, about the forms of any page. Pages have no part in it. */
const BROWSERS_OWN = 'content-autofill.googleapis.com:443';

/**
 * An HTTP proxy that writes down where a browser goes, and lets it go to the origins in `allowed` alone. Everything in the browser that
 * speaks HTTP comes by here: pages, workers, service workers, WebSockets, beacons. No name is looked up on the way.
 */
export class RecordingProxy {
  readonly allowed = new Set<string>();
  /** Origins that were asked for, as `http://host:port`; of what is to be encrypted, or is a WebSocket, `host:port`. */
  readonly asked = new Set<string>();

  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<RecordingProxy> {
    const server = createServer((incoming, outgoing) => {
      proxy.#pass(incoming, outgoing).catch(() => outgoing.destroy()); // The browser left, or the host did.
    });
    // What wants a tunnel, WebSockets and https, is none of the app's business.
    server.on('connect', ({ url = '' }: IncomingMessage, socket) => {
      if (url !== BROWSERS_OWN) proxy.asked.add(url);
      socket.on('error', () => {}); // The browser need not hear it out.
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new RecordingProxy(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return proxy;
  }

  /** Where the browser went, or would have gone, beyond what is allowed. */
  get strangers(): string[] {
    return [...this.asked].filter((origin) => !this.allowed.has(origin));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { origin } = new URL(incoming.url ?? '');
    this.asked.add(origin);
    if (!this.allowed.has(origin)) {
      outgoing.writeHead(502).end();
      return;
    }
    const { method, headers } = incoming;
    const passed = request(incoming.url ?? '', { method, headers });
    incoming.pipe(passed);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, outgoing);
  }
}
