/**
 * The pager's only view of storage: reads one record, verified, piece by piece.
 *
 * `sink` gets every piece of the record, in any order, each a multiple of 4 bytes long; a piece that it got may come again, when a broken copy
 * was found on the way and a good one is read. The view is valid only during the call (the buffer is recycled) unless the sink returns
 * `true`, or another buffer of the same length in exchange: then the piece's buffer is the sink's. Rejects with `record-broken` when no
 * good copy can be had; what the sink got until then must be thrown away. Abort through `signal` rejects with `aborted`; the sink is not
 * called any more once the promise has settled.
 */
export interface RecordReader {
  /** Whether the record can be read without waiting for an import to bring it. */
  has(name: string): boolean;
  read(name: string, sink: RecordSink, options?: ReadOptions): Promise<void>;
}

export type RecordSink = (piece: Uint8Array<ArrayBuffer>, offset: number) => unknown;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /**
   * Asked before each piece: while a read whose answer is true is under way, those whose answer is false wait between two pieces. Default: true.
   * The answer may change while the read runs: a prefetched expert can be picked before it is there.
   */
  urgent?: (() => boolean) | undefined;
  /** Told 1 when a stripe of the record begins to be read from storage or goes on after waiting, -1 when it ends or waits. */
  onReads?: ((change: 1 | -1) => void) | undefined;
}
