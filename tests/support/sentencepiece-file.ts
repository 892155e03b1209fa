/** Writes SentencePiece models for tests. */
export interface TestPiece {
  text: string;
  score: number;
  /** By SentencePiece's numbers. */
  kind: number;
}

/** `trainer` and `normalizer`: varint fields by number. Defaults are those of Llama's and Mixtral's models. */
export function sentencePieceFile(
  pieces: TestPiece[],
  trainer: Record<number, number> = { 3: 2, 35: 1 },
  normalizer: Record<number, number> = { 4: 0 },
): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (const { text, score, kind } of pieces) {
    const bytes = new TextEncoder().encode(text);
    const piece = [0x0a, ...varint(bytes.length), ...bytes, 0x15, ...new Uint8Array(Float32Array.of(score).buffer)];
    // Writers leave out what is the default.
    if (kind !== 1) piece.push(0x18, ...varint(kind));
    push(out, [0x0a, ...varint(piece.length), ...piece]);
  }
  for (const [number, fields] of [
    [2, trainer],
    [3, normalizer],
  ] as const) {
    const message = Object.entries(fields).flatMap(([field, value]) => [
      ...varint(Number(field) * 8),
      ...varint(value),
    ]);
    push(out, [number * 8 + 2, ...varint(message.length), ...message]);
  }
  return Uint8Array.from(out);
}

function push(out: number[], bytes: number[]): void {
  for (const byte of bytes) out.push(byte);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
