import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the `mixtab` command in a folder; `onText` is called at each piece of stdout. */
export function mixtab(
  args: string[],
  cwd: string,
  onText?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MIXTAB_GPU: 'swiftshader' };
    const child = spawn(process.execPath, [join(ROOT, 'bin/mixtab.mjs'), ...args], { cwd, env });
    const ended = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      ended.stdout += text;
      onText?.((signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      ended.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...ended }));
  });
}
