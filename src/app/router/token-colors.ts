import { useSyncExternalStore } from 'react';

/** How answers' tokens are coloured: by the expert of a layer, from 0, that the router chose first (0), second (1), ... */
export interface TokenColors {
  layer: number;
  choice: number;
}

let colors: TokenColors | null = null;
const listeners = new Set<() => void>();

/** Null shows answers as texts again. */
export function setTokenColors(next: TokenColors | null): void {
  colors = next;
  for (const listener of listeners) listener();
}

/** As {@link useTokenColors}, outside React. */
export function tokenColors(): TokenColors | null {
  return colors;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the page colours tokens now; null where it does not. */
export function useTokenColors(): TokenColors | null {
  return useSyncExternalStore(subscribe, () => colors);
}
