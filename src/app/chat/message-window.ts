import { defaultRangeExtractor, type Range, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useDeferredValue } from 'react';
import { useSession } from '../session-context';
import type { OutlineRow } from './outline';

/** A conversation of no more messages is drawn whole: the browser's own search and selection find all of it. */
const DRAWN_WHOLE = 40;
/** How many more are drawn on either side of what is seen. */
const OVERSCAN = 10;
/** Until what is seen is there. */
const FIRST_OVERSCAN = 2;

export interface MessageWindow {
  /** The rows that are drawn, with where they begin and end, pixels. */
  items: readonly VirtualItem[];
  /** Of all rows, pixels. */
  height: number;
  /** Told of each row's element, which has its index as `data-index`. */
  measure: (element: HTMLElement | null) => void;
}

/**
 * Of a long conversation only what is near the eye is drawn, and room is left for the rest. The rows stay in the flow of the page, so what
 * grows moves what follows without any computing here; this draws anew only when other rows come into sight.
 */
export function useMessageWindow(
  rows: readonly OutlineRow[],
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): MessageWindow {
  const { store } = useSession();
  const overscan = useDeferredValue(OVERSCAN, FIRST_OVERSCAN);
  const rangeExtractor = useCallback(
    (range: Range): number[] => {
      if (range.count <= DRAWN_WHOLE && overscan === OVERSCAN)
        return Array.from({ length: range.count }, (_, index) => index);
      const held = heldRows(content.current).filter((index) => index < range.count);
      return [...new Set([...defaultRangeExtractor(range), ...held])].sort((a, b) => a - b);
    },
    [content, overscan],
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.place ?? index,
    estimateSize: (index) => estimateHeight(store.getState().chat.messages[rows[index]?.id ?? '']?.text.length ?? 0),
    measureElement: (element, entry) => entry?.borderBoxSize[0]?.blockSize ?? element.getBoundingClientRect().height,
    rangeExtractor,
    overscan,
    // A conversation opens at its end.
    initialOffset: Number.MAX_SAFE_INTEGER,
    initialRect: { width: innerWidth, height: innerHeight },
    // Positions are the page's own: without a container nothing is written, and other rows alone draw anew.
    directDomUpdates: true,
  });
  // Where the browser holds what is read in place while rows above it change, it does so better.
  if (HOLDS_IN_PLACE) virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false;
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
  };
}

const HOLDS_IN_PLACE = CSS.supports('overflow-anchor', 'auto');

/** Of a message that was never drawn, pixels: its lines and what is around them. */
function estimateHeight(characters: number): number {
  const perLine = Math.max(20, Math.min(innerWidth, 704) / 9);
  return 100 + Math.ceil(characters / perLine) * 28;
}

/** Rows that stay wherever is scrolled: the one with the focus, and all that a selection spans. */
function heldRows(content: HTMLElement | null): number[] {
  const indexOf = (node: Node | null | undefined): number | null => {
    const element = node instanceof Element ? node : node?.parentElement;
    const row = content?.contains(element ?? null) && element?.closest<HTMLElement>('[data-index]');
    return row ? Number(row.dataset.index) : null;
  };
  const focused = indexOf(document.activeElement);
  const selection = document.getSelection();
  const [from, to] =
    selection?.isCollapsed === false ? [indexOf(selection.anchorNode), indexOf(selection.focusNode)] : [];
  const spanned = [];
  if (typeof from === 'number' && typeof to === 'number') {
    for (let index = Math.min(from, to); index <= Math.max(from, to); index++) spanned.push(index);
  }
  return focused === null ? spanned : [focused, ...spanned];
}
