import { join } from 'node:path';
import { MixtabError } from '../../src/protocol/errors';
import type { InspectCommand } from './args';
import { inspect } from './inspect';
import { judge, machineLines, thisMachine } from './machine';

/** `mixtab inspect`: prints what a source holds and whether this machine can run it. A pack with broken records is a failure. */
export async function inspectCommand({ source, json, ...options }: InspectCommand, root: string): Promise<void> {
  const folder = source === 'tiny' ? join(root, 'public/models/tiny') : source;
  const found = await inspect(folder, options);
  const { footprint, records, faults } = found.json;
  const machine = await thisMachine();
  const verdict = judge(machine, footprint.leastBytes, records.bytes);
  const text = [...found.text, ...machineLines(machine, verdict)].join('\n');
  process.stdout.write(`${json ? JSON.stringify({ ...found.json, machine: { ...machine, ...verdict } }) : text}\n`);
  if (faults && faults.length > 0) {
    throw new MixtabError(
      'record-broken',
      `${source}: expected ${records.count} whole records, got ${records.count - faults.length}`,
      'Make the pack anew with `mixtab convert`, or copy the broken files again.',
    );
  }
}
