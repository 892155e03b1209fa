/**
 * Part of the service worker (see vite.config.ts). When a new version takes over, tabs of the version before stay open, and still fetch
 * parts of it: a worker, a dialog, the grammar compiler. The new version's precache drops them and its host may have, too; so they are
 * kept in a cache of their own until the next update. Their names end in a hash of their content, so a name is one file for ever.
 */
const PREVIOUS = 'mixtab-previous-version';
const ASSETS = new URL('assets/', self.registration.scope).href;

self.addEventListener('install', (event) => event.waitUntil(keepPrevious()));

self.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' && event.request.url.startsWith(ASSETS)) event.respondWith(answer(event.request));
});

/** Before this version's own files come, the other caches hold those of the active one. */
async function keepPrevious() {
  if (!self.registration.active) return;
  const names = (await caches.keys()).filter((name) => name !== PREVIOUS && name.includes('precache'));
  const kept = [];
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (request.url.startsWith(ASSETS)) kept.push([request, await cache.match(request)]);
    }
  }
  await caches.delete(PREVIOUS);
  const previous = await caches.open(PREVIOUS);
  await Promise.all(kept.map(([request, response]) => response && previous.put(request, response)));
}

async function answer(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
