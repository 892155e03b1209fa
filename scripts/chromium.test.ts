import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findChromium, gpuArgSets, SWIFTSHADER_ARGS } from './chromium.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-chromium-'));
  vi.stubEnv('MIXTAB_CHROMIUM', '');
  vi.stubEnv('PLAYWRIGHT_BROWSERS_PATH', join(folder, 'cache'));
  vi.stubEnv('PATH', [join(folder, 'a'), join(folder, 'b')].join(delimiter));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function put(path: string): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, '');
  return full;
}

describe('findChromium', () => {
  it('takes the one that is named, and no other in its place', () => {
    put('b/chromium');
    const named = put('mine/chrome');
    vi.stubEnv('MIXTAB_CHROMIUM', named);
    expect(findChromium()).toBe(named);
    vi.stubEnv('MIXTAB_CHROMIUM', join(folder, 'missing'));
    expect(findChromium()).toBeNull();
  });

  it("takes the newest whole one of Playwright's cache before the system's", () => {
    put('b/chromium');
    put('cache/chromium-999/chrome-linux/chrome');
    const newest = put('cache/chromium-1200/chrome-linux64/chrome');
    put('cache/chromium-1300/INSTALLATION_STARTED');
    put('cache/chromium_headless_shell-1400/chrome-linux/chrome');
    expect(findChromium()).toBe(newest);
  });

  it("finds the system's along PATH", () => {
    const chrome = put('a/google-chrome');
    expect(findChromium()).toBe(chrome);
    const chromium = put('b/chromium');
    expect(findChromium()).toBe(chromium);
  });
});

describe('gpuArgSets', () => {
  it('obeys MIXTAB_GPU, and always ends with a way that works', () => {
    vi.stubEnv('MIXTAB_GPU', 'swiftshader');
    expect(gpuArgSets()).toEqual([SWIFTSHADER_ARGS]);
    vi.stubEnv('MIXTAB_GPU', 'hardware');
    expect(gpuArgSets().flat()).not.toContain('--use-webgpu-adapter=swiftshader');
    vi.stubEnv('MIXTAB_GPU', '');
    expect(gpuArgSets().at(-1)).toEqual(SWIFTSHADER_ARGS);
  });
});
