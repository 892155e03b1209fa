import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Chromium with WebGPU on the CPU (SwiftShader): what a machine without a GPU needs, and what the tests always use. */
export const SWIFTSHADER_ARGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/**
 * Arguments to try in turn for a run outside the tests: the machine's own GPU where there is one, then SwiftShader.
 * MIXTAB_GPU=swiftshader or MIXTAB_GPU=hardware leaves one of the two.
 * @returns {string[][]}
 */
export function gpuArgSets() {
  const vulkan = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];
  const hardware = ['--enable-unsafe-webgpu', ...(process.platform === 'linux' ? vulkan : [])];
  const hasGpu = process.platform !== 'linux' || existsSync('/dev/dri/renderD128') || existsSync('/dev/nvidia0');
  const choice = process.env.MIXTAB_GPU;
  if (choice === 'hardware') return [hardware];
  return choice !== 'swiftshader' && hasGpu ? [hardware, SWIFTSHADER_ARGS] : [SWIFTSHADER_ARGS];
}

/** No background traffic of the browser's own; as root on Linux its sandbox cannot start. */
export const QUIET_ARGS = [
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/**
 * Path of a Chromium or Chrome: $MIXTAB_CHROMIUM, then Playwright's cache, then the system's; null if there is none.
 * @returns {string | null}
 */
export function findChromium() {
  const named = process.env.MIXTAB_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  return fromPlaywrightCache() ?? fromSystem();
}

function fromPlaywrightCache() {
  /** @type {Record<string, string>} */
  const caches = {
    linux: join(homedir(), '.cache/ms-playwright'),
    darwin: join(homedir(), 'Library/Caches/ms-playwright'),
    win32: join(homedir(), 'AppData/Local/ms-playwright'),
  };
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? caches[process.platform];
  if (!cache || !existsSync(cache)) return null;
  const versions = readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]));
  const inside = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-win/chrome.exe',
    'chrome-win64/chrome.exe',
  ];
  for (const version of versions) {
    for (const path of inside) {
      const full = join(cache, version, path);
      if (existsSync(full)) return full;
    }
  }
  return null;
}

function fromSystem() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome.exe'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const fixed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...fixed];
  return candidates.find((path) => existsSync(path)) ?? null;
}
