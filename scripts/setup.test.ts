import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagesMatch } from './setup.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mixtab-setup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('packagesMatch', () => {
  const lock = (packages: Record<string, object>) => JSON.stringify({ packages });
  const wanted = {
    '': { name: 'mixtab' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  };
  const install = (packages: Record<string, object>) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'node_modules/.package-lock.json'), lock(packages));
  };
  beforeEach(() => writeFileSync(join(root, 'package-lock.json'), lock(wanted)));

  it('is false on a fresh clone', () => {
    expect(packagesMatch(root)).toBe(false);
  });

  it('needs each package in its version, but not those of other platforms', () => {
    install({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesMatch(root)).toBe(true);
    install({ 'node_modules/a': { version: '1.0.1' } });
    expect(packagesMatch(root)).toBe(false);
    install({ 'node_modules/b': { version: '1.0.0' } });
    expect(packagesMatch(root)).toBe(false);
  });
});
