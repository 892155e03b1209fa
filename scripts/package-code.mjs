import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** How sources name a worker; in the package it lies beside the file that starts it. */
const WORKER_URL = /new URL\(\s*'(?:\.\.\/)+workers\/([\w-]+\.worker)\.ts',\s*import\.meta\.url\s*\)/g;

/**
 * Bundles the package's modules into `folder`: the entries with what they share, and each worker that any of them starts as one file that
 * imports nothing. Workers are not split: bundlers that make classic workers of them, as Vite does unless told otherwise, cannot load parts
 * of one later, and for those that do not follow workers at all there is one file to copy.
 * @param {string} root
 * @param {Record<string, string>} entries source by name
 * @param {string} folder
 * @returns {Promise<{ workers: string[], modules: string[] }>} the workers' names; paths below root of all that went in
 */
export async function bundleCode(root, entries, folder) {
  const { rolldown } = await import('rolldown'); // Not above: a fresh checkout has no packages yet.
  /** @type {Set<string>} */
  const workers = new Set();
  /** @type {Set<string>} */
  const modules = new Set();
  /** @type {(input: Record<string, string>, isWorker: boolean) => Promise<void>} */
  const write = async (input, isWorker) => {
    const bundle = await rolldown({
      cwd: root,
      input,
      platform: 'browser',
      external: /^react(-dom)?($|\/)/,
      transform: { target: 'chrome123', define: { 'process.env.NODE_ENV': '"production"' } },
      plugins: [rawText(), noNode(), workersBeside((name) => workers.add(name))],
      onLog: (_, { message }) => {
        throw new Error(`The package's bundler says: ${message}`);
      },
    });
    const { output } = await bundle.write({
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'shared-[hash].js',
      // Frameworks that render on a server ask where hooks run.
      banner: ({ name }) => (name === 'react' ? "'use client';" : ''),
      codeSplitting: !isWorker,
      sourcemap: !isWorker,
      minify: true,
    });
    await bundle.close();
    for (const chunk of output) {
      if (chunk.type === 'chunk') for (const id of chunk.moduleIds) modules.add(relative(root, id));
    }
  };
  await write(entries, false);
  // A worker may start workers itself: they join the set while it is walked.
  for (const name of workers) await write({ [name]: `workers/${name}.ts` }, true);
  return { workers: [...workers], modules: [...modules] };
}

/** `import text from './file.wgsl?raw'`, as in Vite. */
function rawText() {
  return {
    name: 'raw-text',
    resolveId: (/** @type {string} */ id, /** @type {string | undefined} */ importer) =>
      id.endsWith('?raw') && importer ? join(importer, '..', id) : null,
    load: (/** @type {string} */ id) =>
      id.endsWith('?raw')
        ? { code: `export default ${JSON.stringify(readFileSync(id.slice(0, -4), 'utf8'))}`, moduleType: 'js' }
        : null,
  };
}

/** Emscripten's loaders ask for modules of Node where they find themselves in it. In a browser that branch is dead, but bundlers read it. */
function noNode() {
  return {
    name: 'no-node',
    resolveId: (/** @type {string} */ id) => (id === 'module' || id === 'url' ? '\0no-node' : null),
    load: (/** @type {string} */ id) => (id === '\0no-node' ? 'export {}' : null),
  };
}

/** @param {(name: string) => void} onWorker told of each worker that is started */
function workersBeside(onWorker) {
  return {
    name: 'workers-beside',
    transform: (/** @type {string} */ source) => {
      const code = source.replaceAll(WORKER_URL, (_, name) => {
        onWorker(name);
        return `new URL('./${name}.js', import.meta.url)`;
      });
      return code === source ? null : { code, map: null }; // No line moves.
    },
  };
}
