import { fromHex, sha256, toHex } from '../lib/sha256';
import { GROUP } from '../model/config';
import { GROUP_BYTES, MATRIX_FORMATS, type MatrixFormat } from '../pack/formats';
import { layoutOf, type PackLayout, partOf, recordNames } from '../pack/layout';
import { type Manifest, PIECE_BYTES, type RecordEntry, recordLayouts } from '../pack/manifest';
import type { ImportReport } from '../protocol/library';
import type { CheckpointTexts } from './checkpoint';
import { type QuantizeError, relativeError } from './quantize';

/** What is known of a record that has been made. Structured-cloneable and JSON. */
export interface MadeRecord {
  entry: RecordEntry;
  /** SHA-256 over the SHA-256s of the chunks that it was made of; lower-case hex. */
  sourceSha256: string;
  /** By tensor, matrices only. */
  errors: Record<string, TensorError>;
}

export interface TensorError extends QuantizeError {
  weights: number;
  /** Names of the types that it was made of. */
  source: string[];
}

/**
 * The manifest of a pack whose records have all been made, in whatever order and by whomever. Throws RangeError where one is missing.
 *
 * @param texts of the checkpoint
 * @param name shown to people
 */
export async function manifestOf(
  texts: CheckpointTexts,
  pack: PackLayout,
  made: MadeRecord[],
  name: string,
): Promise<Manifest> {
  const ordered = inOrder(pack, made);
  const hashes = ordered.map(({ sourceSha256 }) => fromHex(sourceSha256));
  return {
    format: 'mixtab-pack',
    version: 2,
    name,
    config: pack.config,
    formats: pack.formats,
    pieceBytes: PIECE_BYTES,
    records: ordered.map(({ entry }) => entry),
    layouts: recordLayouts(pack),
    tokenizer: texts.tokenizer,
    generation: texts.generation,
    source: {
      name: texts.name,
      revision: texts.revision,
      sha256: await hashOfHashes(hashes),
      ...(texts.pruned && { pruned: texts.pruned }),
    },
  };
}

/** What became of the weights: over all of them, and over each tensor's in all layers. */
export function importReport(made: MadeRecord[], pack: PackLayout): ImportReport {
  const all = new Sums();
  const byTensor = new Map<string, Sums>();
  for (const { entry, errors } of made) {
    for (const [tensor, error] of Object.entries(errors)) {
      const { format } = partOf(layoutOf(pack, entry.name), tensor);
      const sums = byTensor.get(tensor) ?? new Sums();
      byTensor.set(tensor, sums);
      for (const each of [all, sums]) each.add(error, format as MatrixFormat);
    }
  }
  const tensors = [...byTensor].map(([tensor, sums]) => ({
    tensor,
    source: [...sums.source].sort(),
    ...sums.figures(),
  }));
  const { relativeError, bitsPerWeight } = all.figures();
  return { relativeError, bitsPerWeight, tensors };
}

class Sums {
  readonly source = new Set<string>();
  private readonly formats = new Set<MatrixFormat>();
  private readonly error: QuantizeError = { squaredError: 0, squaredNorm: 0 };
  private weights = 0;
  private bits = 0;

  add({ squaredError, squaredNorm, weights, source }: TensorError, format: MatrixFormat): void {
    this.error.squaredError += squaredError;
    this.error.squaredNorm += squaredNorm;
    this.weights += weights;
    this.bits += (weights * 8 * (GROUP_BYTES[format].q + GROUP_BYTES[format].scale)) / GROUP;
    this.formats.add(format);
    for (const type of source) this.source.add(type);
  }

  figures(): { formats: MatrixFormat[]; bitsPerWeight: number; relativeError: number } {
    return {
      formats: MATRIX_FORMATS.filter((format) => this.formats.has(format)),
      bitsPerWeight: this.weights === 0 ? 0 : this.bits / this.weights,
      relativeError: relativeError(this.error),
    };
  }
}

function inOrder({ config }: PackLayout, made: MadeRecord[]): MadeRecord[] {
  const byName = new Map(made.map((record) => [record.entry.name, record]));
  return recordNames(config).map((name) => {
    const found = byName.get(name);
    if (!found) throw new RangeError(`record ${name}: expected it made, got none`);
    return found;
  });
}

/** SHA-256 of hashes, one behind the other. */
export async function hashOfHashes(hashes: Uint8Array<ArrayBuffer>[]): Promise<string> {
  return toHex(await sha256(new Uint8Array(await new Blob(hashes).arrayBuffer())));
}
