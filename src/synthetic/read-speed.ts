/** Bytes that were read, and the time that it took. */
export interface ReadSpeed {
  bytes: number;
  ms: number;
}
