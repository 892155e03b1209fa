import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How near the end still counts as reading along, pixels. */
const NEAR_END_PX = 48;

export interface FollowedEnd {
  scroller: RefObject<HTMLElement | null>;
  content: RefObject<HTMLDivElement | null>;
  following: boolean;
  follow: () => void;
}

/**
 * Keeps the end of a conversation in view, from the first on, while it grows, unless the reader scrolled up. `rows` changes with the messages
 * that are shown; where one came that is being written (`writes`), the end is gone to.
 */
export function useFollowEnd(rows: unknown, writes: boolean): FollowedEnd {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const followingRef = useRef(true);
  const top = useRef(0);
  const [following, setFollowing] = useState(true);

  const keep = useCallback((follows: boolean) => {
    followingRef.current = follows;
    setFollowing(follows);
  }, []);
  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    top.current = box.scrollTop;
  }, []);
  const follow = useCallback(() => {
    keep(true);
    toEnd();
  }, [keep, toEnd]);

  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    const grown = new ResizeObserver(() => {
      if (followingRef.current) toEnd();
    });
    const scrolled = () => {
      // Only who moves up stops following: text may have grown between the page's own scrolling and this event.
      const movedUp = box.scrollTop < top.current;
      top.current = box.scrollTop;
      if (isNearEnd(box)) keep(true);
      else if (movedUp) keep(false);
    };
    grown.observe(content.current);
    grown.observe(box);
    box.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      grown.disconnect();
      box.removeEventListener('scroll', scrolled);
    };
  }, [keep, toEnd]);

  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when messages come or another branch is shown, not when an answer ends
  useLayoutEffect(() => {
    if (writes || isFirst.current) follow();
    // Another branch: the message where it was switched stays where it is.
    else if (scroller.current && followingRef.current) keep(isNearEnd(scroller.current));
    isFirst.current = false;
  }, [rows]);

  return { scroller, content, following, follow };
}

function isNearEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
}
