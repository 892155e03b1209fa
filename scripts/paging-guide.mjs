// Makes the tables of docs/paging.md and src/paging/hit-rates.ts anew, from the simulator: `node scripts/paging-guide.mjs`.
// The work is in paging-page.ts.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { main } = await import(pathToFileURL(await bundle(root, 'scripts/paging-page.ts', 'paging-page')).href);
main(root);
await run('npx', ['biome', 'format', '--write', 'docs/paging.md', 'src/paging/hit-rates.ts'], { cwd: root });
