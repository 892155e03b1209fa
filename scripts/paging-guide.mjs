// Makes the tables of docs/paging.md and src/paging/hit-rates.ts anew, from the simulator: `node scripts/paging-guide.mjs`.
// The work is in paging-page.ts.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { main } = await import(pathToFileURL(await bundle(root, 'scripts/paging-page.ts', 'paging-page')).href);
main(root);
