// Remakes all that derives from the embedded model's weights: `node scripts/remake-tiny.mjs HF-FOLDER`.
// Writes public/models/tiny (the pack) and tests/fixtures/tiny (held-out texts, goldens). The work is in remake-tiny.ts, bundled here.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = new URL('..', import.meta.url);
const bundle = fileURLToPath(new URL('node_modules/.cache/mixtab/remake-tiny.mjs', root));
await build({
  input: fileURLToPath(new URL('scripts/remake-tiny.ts', root)),
  platform: 'node',
  logLevel: 'warn',
  output: { file: bundle, format: 'esm' },
});
const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/remake-tiny.mjs HF-FOLDER');
  process.exit(2);
}
const { remakeTiny } = await import(pathToFileURL(bundle).href);
try {
  await remakeTiny(source, fileURLToPath(root), console.log);
} catch (/** @type {any} */ error) {
  console.error(error.hint ? `${error.message}. ${error.hint}` : error);
  process.exit(1);
}
