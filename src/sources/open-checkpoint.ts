import type { Checkpoint } from '../checkpoint/checkpoint';
import { openGgufCheckpoint } from '../checkpoint/gguf-checkpoint';
import { openHfCheckpoint } from '../checkpoint/hf-checkpoint';
import { MixtabError } from '../protocol/errors';
import type { OpenedSource } from './opened-source';

/** Reads the headers of a source's checkpoint. Throws `checkpoint-invalid` or `config-unsupported`, and what reading can throw. */
export async function openCheckpointOf(opened: OpenedSource): Promise<Checkpoint> {
  if (opened.kind !== 'checkpoint') {
    throw new MixtabError('internal', `${opened.label}: expected a checkpoint, got a pack`, 'Please report this.');
  }
  const { folder, file } = opened;
  const checkpoint = file === null ? await openHfCheckpoint(folder) : await openGgufCheckpoint(folder, file);
  opened.headersRead();
  // A Hub repository keeps its GGUF files in folders of their own now and then.
  const name = checkpoint.name.replace(/^.*\//, '');
  return { ...checkpoint, name, revision: opened.revision || checkpoint.revision };
}
