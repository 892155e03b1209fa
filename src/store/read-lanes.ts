import { untilAborted } from '../lib/abort';

/** What wants to read piece after piece. */
export interface LaneUser {
  /** Asked again whenever any user begins a piece or leaves. */
  urgent(): boolean;
  /** Told 1 when the user gets a lane, -1 when it gives it up. */
  onReads(change: 1 | -1): void;
}

export interface Lane {
  /** Resolves when the next piece may be read. One call at a time. Rejects with `aborted`. */
  turn(signal?: AbortSignal): Promise<void>;
  /** Must be called in the end, whatever happened. */
  leave(): void;
}

class User {
  holdsLane = false;
  resume: (() => void) | null = null;
  constructor(readonly of: LaneUser) {}
}

/**
 * Who may read now: up to `most` at a time, urgent ones first, then those who came first. As long as any urgent user has not left, one
 * that is not urgent gives up its lane between two pieces and waits. Nobody has to tell that a user became urgent: while anyone waits, another
 * reads, and all are asked again when it comes to its next piece or leaves.
 */
export class ReadLanes {
  readonly #most: number;
  /** In the order in which they came. */
  readonly #users = new Set<User>();
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  enter(of: LaneUser): Lane {
    const user = new User(of);
    this.#users.add(user);
    return {
      turn: (signal) => {
        const granted = new Promise<void>((resolve) => {
          user.resume = resolve;
        });
        this.#assign();
        return untilAborted(granted, signal);
      },
      leave: () => {
        this.#users.delete(user);
        this.#yield(user);
        this.#assign();
      },
    };
  }

  #assign(): void {
    const users = [...this.#users];
    const urgent = users.filter((user) => user.of.urgent());
    const others = users.filter((user) => !urgent.includes(user));
    if (urgent.length > 0) for (const user of others) if (user.resume) this.#yield(user);
    for (const user of urgent.length > 0 ? urgent : others) this.#grant(user);
  }

  #grant(user: User): void {
    if (!user.resume || (!user.holdsLane && this.#held >= this.#most)) return;
    if (!user.holdsLane) {
      user.holdsLane = true;
      this.#held++;
      user.of.onReads(1);
    }
    user.resume();
    user.resume = null;
  }

  #yield(user: User): void {
    if (!user.holdsLane) return;
    user.holdsLane = false;
    this.#held--;
    user.of.onReads(-1);
  }
}
