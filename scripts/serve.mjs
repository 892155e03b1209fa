import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {(request: Request, response: Response) => Promise<void> | void} Handler */

/**
 * @typedef {object} ServeOptions
 * @property {string} root
 * @property {number} [port]
 * @property {string} [host]
 * @property {Record<string, string>} [mounts]
 * @property {Record<string, Handler>} [routes]
 * @property {Record<string, string>} [headers]
 */

const TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.wgsl': 'text/wgsl; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
});

/** Vite's names of built files end in a hash of their content. */
const HASHED = /^\/assets\/.*-[\w-]{8}\.\w+$/;

/**
 * Serves static files from `root`, and from further folders under the paths in `mounts` (each with slashes at both ends).
 * `routes` maps `"METHOD /path"` to handlers that come before files. `headers` are sent with every answer.
 * @param {ServeOptions} options
 * @returns {Promise<{ url: string, port: number, close(): Promise<void> }>} url ends with a slash
 */
export async function serve({ root, port = 0, host = '127.0.0.1', mounts = {}, routes = {}, headers = {} }) {
  const folders = Object.entries({ '/': root, ...mounts })
    .map(([prefix, folder]) => ({ prefix, folder: resolve(folder) }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const server = createServer((request, response) => {
    response.setHeaders(new Map(Object.entries(headers)));
    answer(request, response, folders, routes).catch((error) => {
      if (!response.headersSent) end(response, 500, 'Internal error');
      else response.destroy(error);
    });
  });
  await new Promise((started, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => started(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('serve: expected a TCP address');
  return {
    url: `http://localhost:${address.port}/`,
    port: address.port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {Request} request
 * @param {Response} response
 * @param {{ prefix: string, folder: string }[]} folders
 * @param {Record<string, Handler>} routes
 */
async function answer(request, response, folders, routes) {
  const path = pathOf(request.url ?? '/');
  if (path === null) return end(response, 400, 'Bad request');
  const route = routes[`${request.method} ${path}`];
  if (route) return await route(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return end(response, 405, 'Method not allowed');
  }
  const place = folders.find(({ prefix }) => path.startsWith(prefix));
  const file = place && inside(place.folder, path.slice(place.prefix.length));
  if (!file) return end(response, 404, 'Not found');
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    if (!path.endsWith('/')) {
      response.setHeader('Location', `${path.slice(path.lastIndexOf('/') + 1)}/`);
      return end(response, 301, 'Moved');
    }
    return await sendFile(request, response, path, join(file, 'index.html'));
  }
  return await sendFile(request, response, path, file);
}

/** Decoded path of a request's URL, or null if it is malformed. */
function pathOf(/** @type {string} */ url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

/**
 * Path of a file below `folder`, or null for one that leads out of it.
 * @param {string} folder
 * @param {string} path
 */
function inside(folder, path) {
  const full = resolve(folder, `./${path}`);
  return full === folder || full.startsWith(folder + sep) ? full : null;
}

/**
 * @param {Request} request
 * @param {Response} response
 * @param {string} path
 * @param {string} file
 */
async function sendFile(request, response, path, file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return end(response, 404, 'Not found');
  const etag = `"${stat.size.toString(16)}-${Math.trunc(stat.mtimeMs).toString(16)}"`;
  const modified = stat.mtime.toUTCString();
  response.setHeader('Content-Type', TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('ETag', etag);
  response.setHeader('Last-Modified', modified);
  response.setHeader('Accept-Ranges', 'bytes');
  const { headers } = request;
  const unchanged = headers['if-none-match']
    ? headers['if-none-match'].split(/\s*,\s*/).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
    : headers['if-modified-since'] === modified;
  if (unchanged) {
    response.writeHead(304).end();
    return;
  }
  const ifRange = headers['if-range'];
  const range = !ifRange || ifRange === etag || ifRange === modified ? rangeOf(headers.range, stat.size) : null;
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${stat.size}`);
    return end(response, 416, 'Range not satisfiable');
  }
  if (range) response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${stat.size}`);
  const { start, end: last } = range ?? { start: 0, end: stat.size - 1 };
  response.writeHead(range ? 206 : 200, { 'Content-Length': last - start + 1 });
  if (request.method === 'HEAD' || last < start) response.end();
  else await pipeline(createReadStream(file, { start, end: last }), response).catch(() => response.destroy());
}

/**
 * First and last byte of a `Range` header with one range; null to send all, as for several ranges.
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{ start: number, end: number } | 'unsatisfiable' | null}
 */
export function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, from, to] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} text
 */
function end(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
