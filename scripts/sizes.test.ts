import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildApp } from './build.mjs';
import { buildPackage } from './package.mjs';
import { measureSizes, showSize } from './sizes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

describe.each([
  ['dist', buildApp],
  ['dist-package', buildPackage],
] as const)('%s', (folder, build) => {
  it('holds nothing that outgrew its bound, and no bound far from what it bounds', async () => {
    await build(root);
    const sizes = await measureSizes(root, folder);
    expect(sizes.filter(({ gzip, most }) => gzip > most).map(showSize)).toEqual([]);
    expect(sizes.filter(({ gzip, most }) => gzip < 0.8 * most).map(showSize)).toEqual([]);
  });
});
