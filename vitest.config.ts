import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium, QUIET_ARGS, SWIFTSHADER_ARGS } from './scripts/chromium.mjs';

const chromium = findChromium();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          // Vitest leaves a core free, which of two is half of what there is.
          maxWorkers: '100%',
          environment: 'node',
          include: ['{src,bin,scripts,tests}/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        optimizeDeps: {
          include: [
            '@mlc-ai/web-tokenizers',
            '@mlc-ai/web-xgrammar',
            'ajv/dist/2020',
            'comlink',
            'idb-keyval',
            '@huggingface/jinja',
            '@huggingface/hub',
            'fast-check',
            'eventsource-parser/stream',
            'react',
            'react/jsx-dev-runtime',
            'react-dom',
            'react-dom/client',
            'openai',
            'ai',
            '@ai-sdk/openai-compatible',
          ],
        },
        test: {
          name: 'browser',
          // Two pages in one browser, each with a storage of its own: while one waits for the GPU, the other computes.
          maxWorkers: 2,
          include: ['src/**/*.browser.test.ts'],
          globalSetup: ['tests/support/faulty-setup.ts', 'tests/support/openai-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium ? { executablePath: chromium } : {}),
                args: [...QUIET_ARGS, ...SWIFTSHADER_ARGS, '--enable-precise-memory-info', '--js-flags=--expose-gc'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
