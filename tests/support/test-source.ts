import { throwIfAborted, untilAborted } from '../../src/lib/abort';
import { MixtabError } from '../../src/protocol/errors';
import type { PackSource } from '../../src/store/pack-source';
import { bytesOf, flipped, type SyntheticPack } from './synthetic-pack';

/** What a delivery suffers: one flipped bit, cut or stretched by some bytes, a lost connection half way, no end until aborted. */
export type Fault = 'flip' | 'short' | 'long' | 'drop' | 'hang';

export interface TestSource extends PackSource {
  /** What was asked for, in order: record names and `manifest`. */
  readonly calls: string[];
  /** Record requests alone. */
  readonly fetched: string[];
}

/**
 * Serves a synthetic pack in odd chunks. `fault` decides on each delivery by its name, by how often that name was asked for before, and
 * by how many records were asked for before.
 */
export function testSource(
  pack: SyntheticPack,
  fault: (name: string, earlier: number, total: number) => Fault | null = () => null,
): TestSource {
  const calls: string[] = [];
  const fetched: string[] = [];
  return {
    description: 'test source',
    calls,
    fetched,
    async manifest(signal) {
      throwIfAborted(signal);
      calls.push('manifest');
      return structuredClone(pack.manifest);
    },
    async *record(record, signal) {
      throwIfAborted(signal);
      const suffers = fault(record.name, fetched.filter((name) => name === record.name).length, fetched.length);
      calls.push(record.name);
      fetched.push(record.name);
      const good = bytesOf(pack, record.name);
      const bytes =
        suffers === 'flip'
          ? flipped(good)
          : suffers === 'short'
            ? good.subarray(0, -4)
            : new Uint8Array([...good, ...(suffers === 'long' ? [1, 2, 3, 4] : [])]);
      const half = bytes.byteLength >> 1;
      yield bytes.slice(0, half);
      if (suffers === 'drop') throw new MixtabError('network-failed', `fetching ${record.name}: connection lost`);
      if (suffers === 'hang') await untilAborted(new Promise<never>(() => {}), signal);
      // Chunks that fit no piece.
      for (let at = half; at < bytes.byteLength; at += 10007) yield bytes.slice(at, at + 10007);
    },
  };
}

/** A source for a tab without network. */
export function offlineSource(): TestSource {
  const calls: string[] = [];
  const offline = (what: string): never => {
    calls.push(what);
    throw new MixtabError('network-failed', `fetching ${what}: offline`);
  };
  return {
    description: 'offline',
    calls,
    fetched: [],
    manifest: async () => offline('manifest'),
    // biome-ignore lint/correctness/useYield: it fails before its first chunk
    async *record(record) {
      offline(record.name);
    },
  };
}
