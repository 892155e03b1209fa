import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ArrowDownIcon } from '../icons';
import { useAppState } from '../session-context';
import { Message } from './message';
import { Welcome } from './welcome';

/** How near the end still counts as reading along, pixels. */
const NEAR_END_PX = 48;

export function Conversation() {
  const chat = useAppState((state) => state.chat.path);
  const { scroller, content, following, follow } = useFollowEnd(chat.length);
  return (
    <div className="conversation">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="conversation-scroll" ref={scroller} tabIndex={0} aria-label="Conversation">
        <div className="column conversation-content" ref={content}>
          {chat.length === 0 && <Welcome />}
          {chat.map((entry, index) => (
            <Message key={entry.id} entry={entry} isLast={index === chat.length - 1} />
          ))}
        </div>
      </section>
      {!following && (
        <button type="button" className="button button-float" onClick={follow}>
          <ArrowDownIcon /> Latest
        </button>
      )}
    </div>
  );
}

/** Keeps the end in view while the text grows, unless the reader scrolled up; a new question always goes to the end. */
function useFollowEnd(entries: number) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const followingRef = useRef(true);
  const [following, setFollowing] = useState(true);

  const follow = () => {
    followingRef.current = true;
    setFollowing(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };

  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    const grown = new ResizeObserver(() => {
      if (followingRef.current) box.scrollTop = box.scrollHeight;
    });
    const scrolled = () => {
      followingRef.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
      setFollowing(followingRef.current);
    };
    grown.observe(content.current);
    box.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      grown.disconnect();
      box.removeEventListener('scroll', scrolled);
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when a message is added, reads only refs
  useLayoutEffect(follow, [entries]);

  return { scroller, content, following, follow };
}
