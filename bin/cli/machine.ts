import { statfs } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { findChromium } from '../../scripts/chromium.mjs';

/** What counts for running a model, as far as Node can see it; how much memory a graphics card has only a browser's try shows. */
export interface Machine {
  chromium: string | null;
  memoryBytes: number;
  /** Free where a run keeps its browser profile, and with it the weights. */
  freeDiskBytes: number;
}

export interface Verdict {
  canRun: boolean;
  /** One line for each thing that is missing. */
  missing: string[];
}

export async function thisMachine(): Promise<Machine> {
  const { bavail, bsize } = await statfs(tmpdir());
  return { chromium: findChromium(), memoryBytes: totalmem(), freeDiskBytes: bavail * bsize };
}

/** Whether a model of these needs can run: `leastBytes` of GPU memory, `packBytes` of records to keep. */
export function judge(machine: Machine, leastBytes: number, packBytes: number): Verdict {
  const missing: string[] = [];
  if (!machine.chromium) missing.push('Chromium: expected one, got none; `npx playwright install chromium` gets it');
  if (machine.memoryBytes < leastBytes) missing.push(shortage('memory', leastBytes, machine.memoryBytes));
  if (machine.freeDiskBytes < packBytes) missing.push(shortage('free disk', packBytes, machine.freeDiskBytes));
  return { canRun: missing.length === 0, missing };
}

/** The verdict as lines of `mixtab inspect`. */
export function machineLines(machine: Machine, { canRun, missing }: Verdict): string[] {
  const has = `${gigabytes(machine.memoryBytes)} of memory, ${gigabytes(machine.freeDiskBytes)} of free disk`;
  return [`machine     ${canRun ? 'can run it' : 'cannot run it'}: ${has}`, ...missing.map((line) => `  ${line}`)];
}

function shortage(what: string, expected: number, got: number): string {
  return `${what}: expected at least ${gigabytes(expected)}, got ${gigabytes(got)}`;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
