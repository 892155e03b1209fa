#!/usr/bin/env node
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../scripts/bundle.mjs';
import { packagesMatch } from '../scripts/setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
let status = 1;
if (packagesMatch(root)) {
  const { main } = await import(pathToFileURL(await bundle(root, 'bin/cli/main.ts', 'cli')).href);
  status = await main(process.argv.slice(2), root);
} else {
  console.error('mixtab: packages: expected those of package-lock.json, got others or none. Run `npm ci` here first.');
}
// Not left to the event loop: a browser that is slow to die must not keep the command alive. Pending output is written first.
process.stdout.write('', () => process.exit(status));
