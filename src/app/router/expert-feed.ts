import { RESIDENCY } from '../../protocol/engine';

/**
 * Where the experts are and which the router just picked. It changes up to 60 times a second, so it stays outside
 * React's state: the map reads it once a frame.
 */
export class ExpertFeed {
  layers = 0;
  experts = 0;
  /** `[layer * experts + expert]`, values of RESIDENCY. */
  states: Uint8Array = new Uint8Array(0);
  /** `[layer * experts + expert]`, 1 where the last token went. */
  picked = new Uint8Array(0);
  #listeners = new Set<() => void>();

  reset(layers: number, experts: number): void {
    this.layers = layers;
    this.experts = experts;
    this.states = new Uint8Array(layers * experts);
    this.picked = new Uint8Array(layers * experts);
    this.#tell();
  }

  setStates(states: Uint8Array): void {
    if (states.length !== this.states.length) return;
    this.states = states;
    this.#tell();
  }

  /** @param picks `[token][layer][k]` expert ids; the last token counts. */
  setPicks(picks: number[][][]): void {
    const token = picks.at(-1);
    if (!token) return;
    this.picked.fill(0);
    token.forEach((layerPicks, layer) => {
      for (const expert of layerPicks) this.picked[layer * this.experts + expert] = 1;
    });
    this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export type CellState = 'absent' | 'loading' | 'resident';

export function cellState(feed: ExpertFeed, index: number): CellState {
  if (feed.states[index] === RESIDENCY.resident) return 'resident';
  return feed.states[index] === RESIDENCY.loading ? 'loading' : 'absent';
}

/** The map in words, a line a layer: `Layer 1: in memory 0, 2, 5; last picked 2, 5`. */
export function describeLayers(feed: ExpertFeed): string[] {
  return Array.from({ length: feed.layers }, (_, layer) => {
    const all = Array.from({ length: feed.experts }, (_, expert) => expert);
    const list = (keep: (index: number) => boolean) =>
      all.filter((expert) => keep(layer * feed.experts + expert)).join(', ') || 'none';
    const resident = list((index) => feed.states[index] === RESIDENCY.resident);
    const picked = list((index) => feed.picked[index] === 1);
    return `Layer ${layer + 1}: in memory ${resident}; last picked ${picked}`;
  });
}
