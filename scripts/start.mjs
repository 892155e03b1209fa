import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openInBrowser } from './browser.mjs';
import { BuildError, buildApp } from './build.mjs';
import { serve } from './serve.mjs';
import { SetupError, say, setUp } from './setup.mjs';
import { QUESTION, tellStory } from './story.mjs';

const USAGE = `npm start [-- OPTIONS]
  --headless   no window: ask the embedded model for a story in headless Chromium and show it here
  --once       end after the story
  --port N     serve on this port (a free one)`;

const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions() {
  const { values } = parseArgs({
    options: { headless: { type: 'boolean' }, once: { type: 'boolean' }, port: { type: 'string' } },
  });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port: expected 0 to 65535, got ${values.port}`);
  }
  return { headless: values.headless || values.once || !hasDisplay(), once: values.once ?? false, port };
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {ReturnType<typeof readOptions>} options */
async function start({ headless, once, port }) {
  await setUp(root);
  const dist = await buildApp(root, say);
  const stop = new AbortController();
  const server = await serve({ root: dist, port });
  const end = (/** @type {number} */ status) => {
    stop.abort();
    void server.close().then(() => process.exit(status));
  };
  process.once('SIGINT', () => end(0)).once('SIGTERM', () => end(0));
  console.log(`Mixtab is at ${server.url}`);
  if (headless) {
    console.log(`\n> ${QUESTION}\n`);
    try {
      await tellStory(server.url, (text) => process.stdout.write(text), stop.signal);
      console.log('');
    } catch (error) {
      if (stop.signal.aborted) return;
      throw error;
    }
    if (once) return end(0);
  } else {
    openInBrowser(server.url);
  }
  console.log('Serving until Ctrl-C.');
}

let options;
try {
  options = readOptions();
} catch (error) {
  say(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
try {
  await start(options);
} catch (error) {
  if (error instanceof SetupError || error instanceof BuildError) say(error.message);
  else console.error(error);
  process.exit(1);
}
