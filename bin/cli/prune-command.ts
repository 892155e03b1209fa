import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suggestKept } from '../../src/analysis/expert-choice';
import { countRun } from '../../src/analysis/routing-counts';
import { type Manifest, packBytes } from '../../src/pack/manifest';
import { MixtabError } from '../../src/protocol/errors';
import { packManifest, prune } from './prune';
import type { PruneCommand } from './prune-options';
import { readTrace } from './read-trace';
import { StatusLine } from './status-line';

/** `mixtab prune`: progress on stderr, what was made on stdout. */
export async function pruneCommand({ source, out, keep, modelName }: PruneCommand, root: string): Promise<void> {
  const status = new StatusLine(process.stderr);
  try {
    const folder = source === 'tiny' ? join(root, 'public', 'models', 'tiny') : source;
    const manifest = await packManifest(folder);
    const kept = 'experts' in keep ? await readExperts(keep.experts) : await chosen(keep, manifest);
    const pruned = await prune(folder, out, manifest, { keep: kept, name: modelName }, status.log);
    status.clear();
    const megabytes = (of: Manifest) => `${(packBytes(of) / 1e6).toFixed(1)} MB`;
    const experts = `${pruned.config.nExperts} of ${manifest.config.nExperts} experts a layer`;
    process.stdout.write(
      `${out}: ${experts}, ${pruned.records.length} records, ${megabytes(pruned)} of ${megabytes(manifest)}\n`,
    );
  } finally {
    status.clear();
  }
}

async function chosen({ trace: file, count }: { trace: string; count: number }, { config }: Manifest) {
  const trace = await readTrace(file);
  const { nLayers, nExperts } = trace.model;
  if (nLayers === config.nLayers && nExperts === config.nExperts) {
    return suggestKept(countRun(trace.model, trace.steps), 'weighted', count);
  }
  throw new MixtabError(
    'trace-invalid',
    `trace ${file}: expected ${config.nLayers} layers of ${config.nExperts} experts, got ${nLayers} of ${nExperts}`,
    'Use a trace of the model that is pruned: mixtab run --trace FILE writes one.',
  );
}

async function readExperts(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new MixtabError(
      'request-invalid',
      `--experts ${file}: expected a JSON file, got ${error instanceof Error ? error.message : error}`,
      'Give a list for each layer of the ids of the experts to keep, such as [[0,2],[1,3]].',
      {},
      error,
    );
  }
}
