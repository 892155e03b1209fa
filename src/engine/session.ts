import type { Route } from '../model/routing';

/** What the KV cache holds: the ids at its valid positions, and how each was routed. Survives from one request to the next. */
export class Session {
  readonly ids: number[] = [];
  /** `[position][layer]` */
  readonly routes: Route[][] = [];

  /**
   * Keeps the longest prefix that `promptIds` shares with the cache and drops the rest; at least the prompt's last token is left to compute,
   * for its logits. Returns how many positions are kept.
   */
  reuse(promptIds: number[]): number {
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
