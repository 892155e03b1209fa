/** Words of random bits, the same for the same name: xorshift128 (Marsaglia 2003), which fills a gigabyte in a second or two. */
export class Random {
  readonly #state = new Int32Array(4);

  constructor(name: string) {
    let hash = 0x811c9dc5;
    for (let word = 0; word < 4; word++) {
      // FNV-1a, going on from word to word.
      for (const char of `${name}#${word}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
      this.#state[word] = hash | 1;
    }
    this.fill(new Uint32Array(64)); // Near seeds have near first words.
  }

  /** Fills `words` with random bits where `random` has ones, and with the bits of `fixed` besides. */
  fill(words: Uint32Array<ArrayBuffer>, random = -1, fixed = 0): void {
    let [x = 0, y = 0, z = 0, w = 0] = this.#state;
    for (let i = 0; i < words.length; i++) {
      const t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      words[i] = (w & random) | fixed;
    }
    this.#state.set([x, y, z, w]);
  }

  /** 1 or -1, `count` times. */
  signs(count: number): Int8Array {
    const words = new Uint32Array(Math.ceil(count / 32));
    this.fill(words);
    return Int8Array.from({ length: count }, (_, i) =>
      (((words[i >>> 5] as number) >>> (i & 31)) & 1) === 1 ? 1 : -1,
    );
  }
}
