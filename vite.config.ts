import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'chrome123', sourcemap: true, rolldownOptions: { input: { app: 'index.html' } } },
  optimizeDeps: { include: ['@mlc-ai/web-tokenizers', 'comlink', 'idb-keyval', '@huggingface/jinja'] },
});
