import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export default defineConfig({
  base: './',
  plugins: [react(), offlineApp()],
  worker: { format: 'es', rolldownOptions: { output: { chunkFileNames: namedByPackage } } },
  build: {
    target: 'chrome123',
    sourcemap: true,
    rolldownOptions: { input: { app: 'index.html', embed: 'embed.html', headless: 'bin/headless/index.html' } },
  },
  optimizeDeps: {
    include: [
      '@mlc-ai/web-tokenizers',
      'comlink',
      'idb-keyval',
      '@huggingface/jinja',
      '@huggingface/hub',
      '@mlc-ai/web-xgrammar',
    ],
  },
});

/** A library that a worker loads when it needs it is a file of that library's name: see scripts/sizes.mjs. */
function namedByPackage({ facadeModuleId }: { facadeModuleId: string | null }): string {
  const name = /node_modules\/(?:@[^/]+\/)?([^/]+)/.exec(facadeModuleId ?? '')?.[1] ?? '[name]';
  return `assets/${name}-[hash].js`;
}

/** The app works offline after the first visit. Model bytes are not its business: they live in IndexedDB. */
function offlineApp() {
  return VitePWA({
    registerType: 'prompt',
    // The page registers it itself: see src/app/notices/app-update.ts.
    injectRegister: false,
    includeManifestIcons: false,
    workbox: {
      globPatterns: ['**/*.{js,css,html,wasm,svg,png}'],
      globIgnores: ['models/**', 'bin/**', 'keep-previous.js'],
      maximumFileSizeToCacheInBytes: 12_000_000,
      importScripts: ['keep-previous.js'],
      navigateFallback: 'index.html',
      navigateFallbackDenylist: [/\/models\//, /\/bin\//, /\/embed\.html/],
    },
    manifest: {
      id: './',
      name: 'Mixtab',
      short_name: 'Mixtab',
      description: 'Mixtral in a browser tab, on your own GPU.',
      start_url: './',
      scope: './',
      display: 'standalone',
      background_color: '#faf9f6',
      theme_color: '#12594e',
      icons: [
        { src: 'icons/mark.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: 'icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
  });
}
