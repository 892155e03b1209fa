import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';

/** An answer of a host, or `refused` for a connection that fails. */
export type Answer = { status: number; contentType?: string; body: Uint8Array | string } | 'refused';

/**
 * Answers this page's requests below `folder` (a path with slashes at both ends) in the browser's network layer, until the test ends;
 * `fetch` itself is the browser's. Returns the folder's URL.
 */
export async function intercept(folder: string, answer: (path: string) => Answer): Promise<string> {
  const url = new URL(folder, location.origin).href;
  const session = cdp();
  const respond = ({ requestId, request }: { requestId: string; request: { url: string } }): void => {
    const reply = answer(request.url.slice(url.length));
    const sent =
      reply === 'refused'
        ? session.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionRefused' })
        : session.send('Fetch.fulfillRequest', {
            requestId,
            responseCode: reply.status,
            responseHeaders: [{ name: 'content-type', value: reply.contentType ?? 'application/octet-stream' }],
            body: toBase64(reply.body),
          });
    // A request that was aborted meanwhile cannot be answered.
    sent.catch(() => {});
  };
  // Vitest opens its session at the first `send`; a listener that comes before may be lost.
  await session.send('Fetch.disable');
  session.on('Fetch.requestPaused', respond);
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `${url}*` }] });
  onTestFinished(async () => {
    session.off('Fetch.requestPaused', respond);
    await session.send('Fetch.disable');
  });
  return url;
}

function toBase64(body: Uint8Array | string): string {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
