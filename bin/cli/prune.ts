import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../../src/checkpoint/json-file';
import { type MadeRecord, manifestOf } from '../../src/checkpoint/made-record';
import { packToPrune, pruneRecord, recordToPrune } from '../../src/checkpoint/prune-record';
import { recordsBytes } from '../../src/pack/footprint';
import { layoutOf, recordNames } from '../../src/pack/layout';
import { type Manifest, recordPath, validateManifest } from '../../src/pack/manifest';
import { MixtabError } from '../../src/protocol/errors';
import { nodeFolder } from './node-source';
import { append, preparePackFolder } from './pack-folder';
import { verifiedFile } from './verify-pack';

/** The manifest of a pack folder. Throws `model-not-found` or `manifest-invalid`. */
export async function packManifest(folder: string): Promise<Manifest> {
  const json = await readJson(nodeFolder(folder), 'manifest.json');
  if (json !== null) return validateManifest(json);
  throw new MixtabError(
    'model-not-found',
    `${folder}: expected a pack with manifest.json, got none`,
    'Check the path; make a pack of a checkpoint with `mixtab convert` first.',
    { folder },
  );
}

/**
 * Writes a pack folder of another one, with the experts of `keep` alone. The manifest is written last. `log` gets what passes. Throws MixtabError:
 * `request-invalid` where the experts are not right, `record-broken`, `storage-full`, `storage-failed`.
 */
export async function prune(
  folder: string,
  out: string,
  manifest: Manifest,
  { keep, name }: { keep: unknown; name: string | undefined },
  log: (line: string) => void = () => {},
): Promise<Manifest> {
  const pack = packToPrune(manifest, keep);
  const { config } = pack.after;
  if ((await realpath(folder)) === (await realpath(out).catch(() => null))) {
    throw new MixtabError(
      'request-invalid',
      `${out}: expected another folder than the pack that is pruned`,
      'Choose another folder.',
    );
  }
  await preparePackFolder(out);
  const totalBytes = recordsBytes(pack.after);
  const made: MadeRecord[] = [];
  let doneBytes = 0;
  for (const record of recordNames(config)) {
    const pieces = verifiedFile(folder, recordToPrune(pack, record).source, manifest.pieceBytes);
    made.push(await pruneRecord(pack, record, pieces, (piece) => append(join(out, recordPath(record)), piece)));
    doneBytes += layoutOf(pack.after, record).bytes;
    log(`${record}  ${Math.floor((100 * doneBytes) / totalBytes)}%`);
  }
  const called = name ?? `${manifest.name} (${config.nExperts} of ${manifest.config.nExperts} experts)`;
  const pruned = validateManifest(await manifestOf(pack.texts, pack.after, made, called));
  await append(join(out, 'manifest.json'), `${JSON.stringify(pruned)}\n`);
  return pruned;
}
