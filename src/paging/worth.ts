/** Guesses after which there is something to judge by. */
const LEAST_GUESSES = 16;

/** What a guess must be worth on average: below, the slots and the bandwidth are better left alone. */
const LEAST_WORTH = 0.25;

/** How fast old guesses are forgotten: by half in 23. */
const MEMORY = 0.97;

/** Tokens after which a way of guessing that did not pay is tried again: the text may have changed. */
const TRY_AGAIN = 64;

/**
 * Whether a way of prefetching pays. A guess that is picked is worth the share of its bytes that was there by then: where the storage is what
 * is waited for, that is next to nothing, however good the guesses. One that evicted an expert which was then missed costs 1.
 */
export class Worth {
  #guesses = 0;
  #balance = 0;
  #offFor = 0;

  get on(): boolean {
    return this.#offFor === 0;
  }

  guessed(): void {
    this.#guesses = this.#guesses * MEMORY + 1;
    this.#balance *= MEMORY;
    if (this.#guesses >= LEAST_GUESSES && this.#balance < LEAST_WORTH * this.#guesses) this.#offFor = TRY_AGAIN;
  }

  used(share: number): void {
    this.#balance += share;
  }

  regretted(): void {
    this.#balance--;
  }

  nextToken(): void {
    if (this.#offFor === 0) return;
    this.#offFor--;
    if (this.#offFor > 0) return;
    this.#guesses = 0;
    this.#balance = 0;
  }
}
