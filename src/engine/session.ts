import type { KeptExperts } from '../model/expert-mask';
import type { Route } from '../model/routing';

/** What the KV cache holds: the ids at its valid positions, and how each was routed. Survives from one request to the next. */
export class Session {
  readonly ids: number[] = [];
  /** `[position][layer]` */
  readonly routes: Route[][] = [];
  /** Experts that the cache was computed with. */
  #experts = JSON.stringify(null);

  /**
   * Keeps the longest prefix that `promptIds` shares with the cache and drops the rest, all where the cache was computed with other experts
   * than the request may use; at least the prompt's last token is left to compute, for its logits. Returns how many positions are kept.
   */
  reuse(promptIds: number[], experts: KeptExperts): number {
    const same = this.#experts;
    this.#experts = JSON.stringify(experts);
    if (this.#experts !== same) this.truncate(0);
    const most = Math.min(this.ids.length, promptIds.length - 1);
    let kept = 0;
    while (kept < most && this.ids[kept] === promptIds[kept]) kept++;
    this.truncate(kept);
    return kept;
  }

  append(ids: number[], routes: Route[][]): void {
    this.ids.push(...ids);
    this.routes.push(...routes);
  }

  truncate(length: number): void {
    this.ids.length = length;
    this.routes.length = length;
  }
}
