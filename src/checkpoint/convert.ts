import { recordsBytes } from '../pack/footprint';
import { layoutOf, packLayout, recordNames } from '../pack/layout';
import type { Manifest } from '../pack/manifest';
import type { ImportReport } from '../protocol/library';
import type { Checkpoint } from './checkpoint';
import { convertRecord } from './convert-record';
import { importReport, type MadeRecord, manifestOf } from './made-record';

/** Where a pack goes. */
export interface PackSink {
  /** The next piece of a record. Records come in the order of `recordNames`; `bytes` is only valid during the call. */
  piece(record: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
}

export interface ConvertProgress {
  record: string;
  doneBytes: number;
  totalBytes: number;
}

export interface Converted {
  manifest: Manifest;
  report: ImportReport;
}

export interface ConvertOptions {
  /** Of matrices that are floats; others keep what they are. Default: q4. */
  format?: 'q4' | 'q8' | undefined;
  /** Name shown to people. Default: the checkpoint's. */
  name?: string | undefined;
  /** After each record. */
  onProgress?: ((progress: ConvertProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a pack of a checkpoint, record by record. Throws what {@link convertRecord} throws. The manifest is for the caller to write, last.
 */
export async function convertCheckpoint(
  checkpoint: Checkpoint,
  sink: PackSink,
  options: ConvertOptions = {},
): Promise<Converted> {
  const pack = packLayout(checkpoint.config, checkpoint.formats(options.format ?? 'q4'));
  const totalBytes = recordsBytes(pack);
  const made: MadeRecord[] = [];
  let doneBytes = 0;
  for (const name of recordNames(pack.config)) {
    made.push(await convertRecord(checkpoint, pack, name, (piece) => sink.piece(name, piece), options.signal));
    doneBytes += layoutOf(pack, name).bytes;
    options.onProgress?.({ record: name, doneBytes, totalBytes });
  }
  const manifest = await manifestOf(checkpoint, pack, made, options.name ?? checkpoint.name);
  return { manifest, report: importReport(made, pack) };
}
