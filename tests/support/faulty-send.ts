import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Sent } from './faults';
import type { Served } from './faulty-server';

const CHUNK_BYTES = 64 * 1024;

/** Answers one request for a file as a fault wants it; `sent` is kept true while bytes go out. */
export async function sendFile(
  file: Served | undefined,
  fault: Fault | null,
  request: IncomingMessage,
  response: ServerResponse,
  sent: Sent,
  onHang: () => void,
): Promise<void> {
  const options = file?.options ?? {};
  const status = (code: number): ServerResponse => {
    sent.status = code;
    return response.writeHead(code);
  };
  if (options.cors !== false) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Range');
    if (options.expose !== false)
      response.setHeader('Access-Control-Expose-Headers', 'ETag, Content-Range, Retry-After');
  }
  if (request.method === 'OPTIONS') return void status(204).end();
  if (fault?.type === 'hang' && fault.afterBytes < 0) return onHang();
  if (fault?.type === 'status') {
    if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
    return void status(fault.status).end();
  }
  if (file === undefined) return void status(404).end();
  if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
    return void status(401).end();
  }
  if (options.redirectTo !== undefined) {
    response.setHeader('Location', options.redirectTo);
    return void status(302).end();
  }
  if (file.etag !== null) response.setHeader('ETag', file.etag);
  if (options.lastModified !== undefined) response.setHeader('Last-Modified', options.lastModified);

  const size = file.bytes.length;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const ifRange = request.headers['if-range'];
  const partly =
    asked !== null && options.ranges !== false && fault?.type !== 'no-range' && (!ifRange || ifRange === file.etag);
  let [from, to] = [0, size];
  if (partly) {
    from = Number(asked[1]) + (fault?.type === 'wrong-range' ? fault.by : 0);
    to = Math.min(size, asked[2] === '' ? size : Number(asked[2]) + 1);
    if (from >= to) {
      response.setHeader('Content-Range', `bytes */${size}`);
      return void status(416).end();
    }
    response.setHeader('Content-Range', `bytes ${from}-${to - 1}/${size}`);
  }
  let body = file.bytes.subarray(from, to);
  if (fault?.type === 'wrong-bytes') body = body.map((byte, i) => ((from + i) % 1000 === 999 ? byte ^ 0x55 : byte));
  const tooMany = fault?.type === 'length' && fault.by > 0;
  if (tooMany) body = Buffer.concat([body, Buffer.of(0)]);
  // A length that is exceeded cannot be announced: HTTP would cut the body there.
  if (!tooMany && (partly || options.contentLength !== false)) response.setHeader('Content-Length', to - from);
  status(partly ? 206 : 200);
  if (request.method === 'HEAD') return void response.end();
  Object.assign(sent, { from, to: from });
  let least = body.length;
  if (fault?.type === 'drop' || fault?.type === 'hang') least = Math.min(least, fault.afterBytes);
  if (fault?.type === 'length' && fault.by < 0) least--;
  response.flushHeaders();
  const step = fault?.type === 'trickle' ? fault.bytes : CHUNK_BYTES;
  for (let at = 0; at < least; at += step) {
    const chunk = body.subarray(at, Math.min(at + step, least));
    if (!(await write(response, chunk))) return;
    sent.to = Math.min(sent.to + chunk.length, size);
  }
  // A body that is whole for the client must be so here too: its connection is used again.
  if (fault?.type === 'hang' && least < body.length) onHang();
  else if (fault?.type === 'drop' && !fault.politely) response.socket?.destroy();
  else if (least < body.length) response.socket?.end();
  else response.end();
}

/** Resolves when the bytes are on their way; false when the other side has gone. */
async function write(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  if (response.destroyed) return false;
  return await new Promise((resolve) => {
    const gone = (): void => resolve(false);
    response.once('close', gone);
    response.write(chunk, (error) => {
      response.off('close', gone);
      setImmediate(() => resolve(!error));
    });
  });
}
