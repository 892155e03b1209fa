import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, withLock } from './cache.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mixtab-cache-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('fingerprint', () => {
  it('changes with names and contents, and ignores what is not there', () => {
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/a.ts'), '1');
    const first = fingerprint(root, ['src', 'missing']);
    expect(fingerprint(root, ['src'])).toBe(first);
    writeFileSync(join(root, 'src/a.ts'), '12');
    const second = fingerprint(root, ['src']);
    writeFileSync(join(root, 'src/b.ts'), '');
    const third = fingerprint(root, ['src']);
    expect(new Set([first, second, third]).size).toBe(3);
  });
});

describe('withLock', () => {
  it('lets one in at a time, and out again after a failure', async () => {
    const lock = join(root, 'lock');
    let inside = 0;
    const work = (fails: boolean) =>
      withLock(lock, async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        if (fails) throw new Error('broken');
        return 'done';
      });
    const results = await Promise.allSettled([work(false), work(true), work(false)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('takes over the lock of a process that is gone', async () => {
    const lock = join(root, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), '999999999');
    expect(await withLock(lock, async () => 'mine')).toBe('mine');
  });
});
