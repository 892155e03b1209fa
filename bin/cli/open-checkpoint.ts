import { basename, dirname } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { openGgufCheckpoint } from '../../src/checkpoint/gguf-checkpoint';
import { ggufParts } from '../../src/checkpoint/gguf-split';
import { openHfCheckpoint } from '../../src/checkpoint/hf-checkpoint';
import { nodeFolder } from './node-source';
import { openRemote } from './remote-source';

/** Whether a path is to be read as a GGUF file. */
export const isGguf = (source: string): boolean => source.endsWith('.gguf');

/**
 * A GGUF file, with its siblings when it is split, or a Hugging Face folder: on this machine, on the web or on the Hub. Throws
 * `checkpoint-invalid`, `config-unsupported`, or what the web is in for.
 */
export async function openCheckpoint(source: string): Promise<Checkpoint> {
  const remote = await openRemote(source);
  if (remote) return remote.checkpoint();
  if (!isGguf(source)) return await openHfCheckpoint(nodeFolder(source));
  return await openGgufCheckpoint(nodeFolder(dirname(source)), basename(source));
}

/** Paths of the files that a GGUF model is made of. */
export const ggufFiles = (source: string): string[] =>
  ggufParts(basename(source)).map((part) => `${dirname(source)}/${part}`);
