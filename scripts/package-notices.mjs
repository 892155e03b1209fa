import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The notices of the npm packages that modules come from: what their licenses ask of who passes them on.
 * @param {string} root
 * @param {string[]} modules paths below root
 * @returns {string}
 */
export function notices(root, modules) {
  const folders = modules.flatMap((path) => {
    const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replaceAll('\\', '/'));
    return match ? [match[0]] : [];
  });
  const sections = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : `License: ${license}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return ['The files of this package contain code of the following packages.\n', ...sections].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}
