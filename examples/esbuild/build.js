import { cpSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: {
    main: 'main.js',
    // Mixtab starts its worker with new URL('./engine.worker.js', import.meta.url). esbuild leaves that as it is, so the worker is built
    // as an entry of its own, under this name and beside the bundle.
    'engine.worker': 'mixtab/engine.worker.js',
  },
  bundle: true,
  minify: true,
  format: 'esm',
  outdir: 'dist',
});

// What the page fetches: itself, and the model that comes with the package.
cpSync('index.html', 'dist/index.html');
cpSync('style.css', 'dist/style.css');
cpSync('node_modules/mixtab/models', 'dist/models', { recursive: true });
