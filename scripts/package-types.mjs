import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { capture } from './process.mjs';

/** A module that a declaration file names, by a relative path or as lit. */
const IMPORTED = /((?:\bfrom |\bimport )['"]|\bimport\(['"])(\.\.?\/[^'"]+|lit)(?=['"])/g;

/**
 * Writes the declarations of the package's entries into `folder`, laid out as the sources are: entries that share a class share its
 * declaration, which a bundle for each would not. They name each other with extensions, as Node's resolution asks for, and nothing that
 * the package bundles.
 * @param {string} root
 * @param {string} folder
 * @param {string[]} entries paths of the entries' declarations below `folder`
 */
export async function writeTypes(root, folder, entries) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', 'tsconfig.package.json', '--outDir', folder];
  const { status, output } = await capture(process.execPath, args, { cwd: root });
  if (status !== 0) throw new Error(`The package's types failed:\n${output.trim()}`);
  const lit = join(folder, 'lit.d.ts');
  cpSync(join(root, 'scripts/package-lit.d.ts'), lit);
  const public_ = new Set(entries.map((entry) => join(folder, entry)));
  for (const file of public_) {
    const text = readFileSync(file, 'utf8').replace(IMPORTED, (_, before, path) => {
      const imported = path === 'lit' ? lit : join(dirname(file), `${path}.d.ts`);
      public_.add(imported);
      const name = relative(dirname(file), imported)
        .replaceAll('\\', '/')
        .replace(/\.d\.ts$/, '.js');
      return `${before}${name.startsWith('.') ? name : `./${name}`}`;
    });
    writeFileSync(file, text);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !public_.has(file)) rmSync(file);
  }
}
