import type { PackSink } from '../../src/checkpoint/convert';

/** A sink that keeps whole records. */
export function memorySink(): PackSink & { records: Map<string, Uint8Array<ArrayBuffer>> } {
  const records = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    records,
    piece(record, bytes) {
      const before = records.get(record) ?? new Uint8Array();
      const longer = new Uint8Array(before.length + bytes.length);
      longer.set(before);
      longer.set(bytes, before.length);
      records.set(record, longer);
    },
  };
}
