/**
 * The pager's only view of storage: reads one record, verified, piece by piece.
 *
 * `sink` gets consecutive pieces from offset 0 to the record's end; each is a multiple of 4 bytes long, its view is valid only
 * during the call (the buffer is recycled). Offset 0 a second time restarts the record: a broken copy was found on the way and a good
 * one is being read; what came before is void. Rejects with `record-broken` when no good copy can be had; what the sink got until
 * then must be thrown away. Abort through `signal` rejects with `aborted`.
 */
export interface RecordReader {
  /** Whether the record can be read without waiting for an import to bring it. */
  has(name: string): boolean;
  read(name: string, sink: RecordSink, signal?: AbortSignal): Promise<void>;
}

export type RecordSink = (piece: Uint8Array<ArrayBuffer>, offset: number) => void;
