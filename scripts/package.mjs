// The npm package: `node scripts/package.mjs` makes dist-package/, which `npm pack` and `npm publish` take as it is.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build.mjs';
import { builtFolder } from './built-folder.mjs';
import { bundleCode } from './package-code.mjs';
import { notices } from './package-notices.mjs';
import { writeTypes } from './package-types.mjs';
import { measureSizes, showSize } from './sizes.mjs';

/** All that the package depends on. */
const SOURCES = [
  ...['src', 'workers', 'public/models', 'docs/npm.md', 'LICENSE'],
  ...['package.json', 'package-lock.json', 'tsconfig.base.json', 'tsconfig.package.json'],
  ...['code', 'notices', 'types'].map((part) => `scripts/package-${part}.mjs`),
  ...['scripts/package.mjs', 'scripts/package-lit.d.ts'],
];

/**
 * Builds the npm package into dist-package/ unless it is there and newer than its sources.
 * @param {string} root
 * @param {(line: string) => void} [log]
 * @returns {Promise<string>} path of dist-package
 */
export function buildPackage(root, log = () => {}) {
  return builtFolder(root, 'dist-package', SOURCES, async (next) => {
    log('Building the package ...');
    try {
      await make(root, next);
    } catch (error) {
      throw new BuildError(`The package failed:\n${/** @type {Error} */ (error).message}`);
    }
  });
}

/**
 * @param {string} root
 * @param {string} folder
 */
async function make(root, folder) {
  const entries = entriesOf(root);
  const { workers, modules } = await bundleCode(root, entries, folder);
  await writeTypes(root, join(folder, 'types'), Object.values(entries).map(typesOf));
  cpSync(join(root, 'public/models/tiny'), join(folder, 'models/tiny'), { recursive: true });
  cpSync(join(root, 'docs/npm.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'NOTICES.txt'), notices(root, modules));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(root, entries, workers), null, 2)}\n`);
}

/** Where the declarations of a source are, below `types`. */
function typesOf(/** @type {string} */ source) {
  return relative('src', source).replace(/\.tsx?$/, '.d.ts');
}

/**
 * The package's entries, source by name: `src/client/index.ts` is `mixtab` itself, `src/react/index.ts` is `mixtab/react`.
 * @param {string} root
 * @returns {Record<string, string>}
 */
function entriesOf(root) {
  const { files } = JSON.parse(readFileSync(join(root, 'tsconfig.package.json'), 'utf8'));
  return Object.fromEntries(
    files.map((/** @type {string} */ source) => {
      const name = basename(dirname(source));
      return [name === 'client' ? 'index' : name, source];
    }),
  );
}

/**
 * @param {string} root
 * @param {Record<string, string>} entries
 * @param {string[]} workers
 */
function manifest(root, entries, workers) {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = Object.entries(entries).map(([entry, source]) => {
    const paths = { types: `./types/${typesOf(source)}`, default: `./${entry}.js` };
    return [entry === 'index' ? '.' : `./${entry}`, paths];
  });
  const workerFiles = workers.map((worker) => `./${worker}.js`);
  return {
    name,
    version,
    description,
    license,
    keywords: ['webgpu', 'llm', 'mixtral', 'mixture-of-experts', 'browser', 'openai', 'web-worker'],
    type: 'module',
    // The widget defines its element; a worker is nothing but effects.
    sideEffects: ['./widget.js', ...workerFiles],
    exports: {
      ...Object.fromEntries(files),
      ...Object.fromEntries(workerFiles.map((file) => [file, file])),
      './models/tiny/*': './models/tiny/*',
      './package.json': './package.json',
    },
    peerDependencies: { react: '>=18' },
    peerDependenciesMeta: { react: { optional: true } },
  };
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  console.log(await buildPackage(root, console.error));
  for (const size of await measureSizes(root, 'dist-package')) console.error(showSize(size));
}
