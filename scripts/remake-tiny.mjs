// Remakes all that derives from the embedded model's weights: `node scripts/remake-tiny.mjs HF-FOLDER`.
// Writes public/models/tiny (the pack) and tests/fixtures/tiny (held-out texts, goldens). The work is in remake-tiny.ts.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/remake-tiny.mjs HF-FOLDER');
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const { main } = await import(pathToFileURL(await bundle(root, 'scripts/remake-tiny.ts', 'remake-tiny')).href);
process.exitCode = await main(source, root);
