import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import type { FileFolder } from '../../src/lib/byte-source';
import type { FileSource } from '../../src/protocol/library';
import { openCheckpointOf } from '../../src/sources/open-checkpoint';
import { openSource } from '../../src/sources/open-source';
import { UsageError } from './args';

/** A source on the web or on the Hub, its headers not yet read. */
export interface Remote {
  kind: 'pack' | 'checkpoint';
  folder: FileFolder;
  checkpoint(): Promise<Checkpoint>;
}

/** Null for what is a path. Throws what {@link openSource} throws. */
export async function openRemote(source: string): Promise<Remote | null> {
  const address = remoteSource(source);
  if (address === null) return null;
  const opened = await openSource(address);
  return { kind: opened.kind, folder: opened.folder, checkpoint: () => openCheckpointOf(opened) };
}

/** `https://...`, or `hf:ORG/NAME[@REVISION][/FILE]`, with the Hub's token from HF_TOKEN; null for a path. Throws UsageError. */
export function remoteSource(source: string, token = process.env.HF_TOKEN): FileSource | null {
  if (/^https?:\/\//.test(source)) return { kind: 'url', url: source };
  if (!source.startsWith('hf:')) return null;
  const match = /^hf:([\w.-]+\/[\w.-]+)(?:@([\w.-]+))?(?:\/(.+))?$/.exec(source);
  if (!match?.[1]) throw new UsageError(`${source}: expected hf:ORG/NAME[@REVISION][/FILE.gguf]`);
  const [, repo, revision, file] = match;
  return { kind: 'hub', repo, revision, file, token };
}
