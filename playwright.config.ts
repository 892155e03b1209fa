import { defineConfig } from '@playwright/test';
import { findChromium, QUIET_ARGS, SWIFTSHADER_ARGS } from './scripts/chromium.mjs';

const executablePath = findChromium();

/** End-to-end tests of the built app in dist/, with the real engine. The server is a fixture: see e2e/fixtures.ts. */
export default defineConfig({
  testDir: 'e2e',
  // Two files at a time, each in a browser of its own: while one page waits for its model, the other computes.
  workers: 2,
  // The GPU is the CPU here, and each test loads the model in a fresh profile.
  timeout: 180_000,
  expect: { timeout: 90_000 },
  use: {
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: [...QUIET_ARGS, ...SWIFTSHADER_ARGS] },
    // Only the offline tests want one: it would answer instead of the routes that tests set.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
  },
});
