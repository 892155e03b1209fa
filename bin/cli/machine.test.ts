import { expect, it } from 'vitest';
import { judge, machineLines, thisMachine } from './machine';

const MACHINE = { chromium: '/usr/bin/chromium', memoryBytes: 16e9, freeDiskBytes: 50e9 };

it('says yes when nothing is missing', () => {
  const verdict = judge(MACHINE, 2e9, 26e9);
  expect(verdict).toEqual({ canRun: true, missing: [] });
  expect(machineLines(MACHINE, verdict)).toEqual(['machine     can run it: 16.0 GB of memory, 50.0 GB of free disk']);
});

it('names each thing that is missing', () => {
  const verdict = judge({ ...MACHINE, chromium: null, freeDiskBytes: 10e9 }, 20e9, 26e9);
  expect(verdict.canRun).toBe(false);
  expect(machineLines(MACHINE, verdict).join('\n')).toMatch(
    /cannot run.*\n.*Chromium.*\n.*memory.*20.0 GB.*\n.*disk.*26.0 GB/,
  );
});

it('sees the machine that it runs on', async () => {
  const machine = await thisMachine();
  expect(machine.memoryBytes).toBeGreaterThan(1e8);
  expect(machine.freeDiskBytes).toBeGreaterThan(0);
});
