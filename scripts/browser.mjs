import { spawn } from 'node:child_process';
import { say } from './setup.mjs';

/** Opens an address in the default browser; where that fails, the printed address has to do. */
export function openInBrowser(/** @type {string} */ url) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""', url]
        : ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => say('No default browser found: open the address in Chrome.'))
    .unref();
}
