/** Part of an expert's record. */
export interface HeldPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offset: number;
}

/** Who set the memory aside. */
interface DraftEnd {
  finish(pieces: readonly HeldPiece[], bytes: number): void;
  drop(outOfMemory: boolean): void;
}

/** An expert whose pieces are coming. */
export class RamDraft {
  /** Set aside for it. */
  readonly bytes: number;
  readonly #pieces = new Map<number, Uint8Array<ArrayBuffer>>();
  /** Of experts that were let go for this one. */
  readonly #spares: ArrayBuffer[];
  readonly #allocate: (bytes: number) => ArrayBuffer;
  readonly #end: DraftEnd;
  #open = true;

  constructor(bytes: number, spares: ArrayBuffer[], allocate: (bytes: number) => ArrayBuffer, end: DraftEnd) {
    this.bytes = bytes;
    this.#spares = spares;
    this.#allocate = allocate;
    this.#end = end;
    this.#trim();
  }

  /**
   * Takes a piece over. Returns a buffer in exchange for the piece's own, which the giver must not touch any more, so that a reader needs no
   * memory that it has not got; or nothing: then the piece's buffer stays the giver's. A piece that comes again replaces the first.
   */
  add(piece: Uint8Array<ArrayBuffer>, offset: number): ArrayBuffer | undefined {
    if (!this.#open) return undefined;
    this.#pieces.delete(offset);
    if (this.#used() + heldBytes(piece) > this.bytes) {
      this.drop();
      return undefined;
    }
    try {
      if (!keepsBuffer(piece)) {
        const copy = new Uint8Array(this.#allocate(piece.byteLength));
        copy.set(piece);
        this.#pieces.set(offset, copy);
        this.#trim();
        return undefined;
      }
      const exchange = this.#spare(piece.buffer.byteLength) ?? this.#allocate(piece.buffer.byteLength);
      this.#pieces.set(offset, piece);
      this.#trim();
      return exchange;
    } catch {
      this.#close();
      this.#end.drop(true);
      return undefined;
    }
  }

  /** All of the expert is there. */
  finish(): void {
    if (!this.#open) return;
    const pieces = [...this.#pieces].map(([offset, bytes]) => ({ bytes, offset })).sort((a, b) => a.offset - b.offset);
    this.#end.finish(pieces, this.#used());
    this.#close();
  }

  /** It is not to be held after all. */
  drop(): void {
    if (!this.#open) return;
    this.#close();
    this.#end.drop(false);
  }

  #spare(bytes: number): ArrayBuffer | undefined {
    const at = this.#spares.findIndex((buffer) => buffer.byteLength === bytes);
    return at < 0 ? undefined : this.#spares.splice(at, 1)[0];
  }

  /** What is set aside holds the pieces and the spares. */
  #trim(): void {
    const spare = () => this.#spares.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    while (this.#used() + spare() > this.bytes) this.#spares.pop();
  }

  #used(): number {
    return [...this.#pieces.values()].reduce((sum, piece) => sum + heldBytes(piece), 0);
  }

  #close(): void {
    this.#open = false;
    this.#pieces.clear();
    this.#spares.length = 0;
  }
}

/** Memory that a piece takes once it is held. */
export function heldBytes(piece: Uint8Array<ArrayBuffer>): number {
  return keepsBuffer(piece) ? piece.buffer.byteLength : piece.byteLength;
}

/** A short piece in a long buffer is copied: small models have nothing else. */
function keepsBuffer(piece: Uint8Array<ArrayBuffer>): boolean {
  return piece.byteLength * 2 > piece.buffer.byteLength;
}
