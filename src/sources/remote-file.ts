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
