import type { ReusedBuffers } from '../lib/reused-buffers';
import type { Http } from './http';
import { denied, labelOf, notThere, wrongStatus } from './http-errors';
import { sameVersion, type Version } from './http-version';
import { sourceChanged } from './source-errors';

/** A file of a host, found by its first answer. */
export interface RemoteFile {
  http: Http;
  name: string;
  address: string;
  version: Version;
}

interface Head {
  status: number;
  headers: Headers;
}

/** Throws what an answer's status means, if it is not `wanted`; else `source-changed` when it is of another version of the file. */
export function checkStatus(
  { name, address, version }: RemoteFile,
  { status, headers }: Head,
  wanted: 200 | 206,
): void {
  const label = labelOf(address);
  if (status === 401 || status === 403) throw denied(label, status, true);
  if (status === 404 || status === 410) throw notThere(label, status);
  if (status !== wanted) throw wrongStatus(label, wanted === 200 ? 'the file' : 'a part of the file', status);
  sameVersion(name, version, headers);
}

/** As {@link checkStatus}, for an answer with the whole file. */
export function checkWhole(file: RemoteFile, head: Head): void {
  checkStatus(file, head, 200);
  const { size } = file.version;
  const length = Number(head.headers.get('content-length') ?? size);
  if (length !== size && head.headers.get('content-encoding') === null) {
    throw sourceChanged(file.name, `${size} bytes`, `${length}`);
  }
}

/** Room for a read of a file, lent by `memory` if it is given; `known`: how much of it the file's beginning has filled already. */
export function beginRead(
  { name, size }: { name: string; size: number },
  head: Uint8Array,
  offset: number,
  length: number,
  memory: ReusedBuffers | undefined,
): { bytes: Uint8Array<ArrayBuffer>; known: number } {
  if (offset < 0 || length < 0 || offset + length > size) {
    throw new RangeError(`${name}: ${length} bytes at ${offset}, but it has ${size}`);
  }
  const bytes = memory?.take(length) ?? new Uint8Array(length);
  const known = head.subarray(offset, offset + length);
  bytes.set(known);
  return { bytes, known: known.length };
}
