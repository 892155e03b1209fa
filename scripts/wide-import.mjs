// What it takes to import a model of Mixtral 8x7B's width and to answer with it: `node scripts/wide-import.mjs [--layers N] [--lanes N]`.
// Builds the app where needed, writes a GGUF into a temporary folder (1 GB for the first layer, 0.8 GB for each further one), and fails
// where the import takes more memory than is promised. The work is in wide-import.ts.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';

const { values } = parseArgs({ options: { layers: { type: 'string' }, lanes: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const { main } = await import(pathToFileURL(await bundle(root, 'scripts/wide-import.ts', 'wide-import')).href);
process.exitCode = await main(root, { layers: Number(values.layers ?? 1), lanes: Number(values.lanes ?? 0) });
