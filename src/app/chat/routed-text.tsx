import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { RouteCard } from '../router/route-card';
import type { TokenColors } from '../router/token-colors';
import { TokenSpans } from '../router/token-spans';
import { useSession } from '../session-context';
import '../styles/router.css';

export interface RoutedTextProps {
  answerId: string;
  colors: TokenColors;
}

const tokenOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-token]') : null;

/** An answer as its tokens, each in the colour of its expert: pointed at, or focused by arrow keys, one tells where it went. */
export function RoutedText({ answerId, colors }: RoutedTextProps) {
  const { router: words } = useWords();
  const { routes } = useSession();
  const text = useTokenSpans(answerId, colors);
  const [shown, setShown] = useState<HTMLElement | null>(null);
  const cardId = useId();
  const route = shown && routes.of(answerId);
  const show = (token: HTMLElement | null): void => {
    if (token) setShown(token);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && shown) {
      // Here it means the card, not the answer that is being written or the dialog around.
      event.preventDefault();
      event.stopPropagation();
      setShown(null);
      return;
    }
    const next = neighbour(tokenOf(event.target), event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its tokens are what has the focus
    <div
      className="routed"
      onKeyDown={onKeyDown}
      onPointerOver={({ target }: PointerEvent) => show(tokenOf(target))}
      onPointerLeave={() => setShown(null)}
      onFocus={({ target }) => {
        const token = tokenOf(target);
        if (token) rove(text.current, token, cardId);
        show(token);
      }}
      onBlur={() => setShown(null)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields */}
      <div ref={text} className="prose prose-plain routed-text" role="group" aria-label={words.tokens} />
      {shown && route && <RouteCard id={cardId} route={route} token={Number(shown.dataset.token)} anchor={shown} />}
    </div>
  );
}

function useTokenSpans(answerId: string, colors: TokenColors) {
  const { routes } = useSession();
  const text = useRef<HTMLDivElement>(null);
  const spans = useRef<TokenSpans | null>(null);
  const latest = useRef(colors);
  useEffect(() => {
    latest.current = colors;
    spans.current?.color(colors);
  }, [colors]);
  useEffect(() => {
    if (!text.current) return;
    const drawn = new TokenSpans(text.current, routes, answerId, latest.current);
    spans.current = drawn;
    return () => {
      drawn.destroy();
      spans.current = null;
    };
  }, [routes, answerId]);
  return text;
}

/** The tab key comes to one token of an answer: the one that had the focus last. */
function rove(text: HTMLElement | null, token: HTMLElement, cardId: string): void {
  for (const other of text?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? []) {
    other.tabIndex = -1;
    other.removeAttribute('aria-describedby');
  }
  token.tabIndex = 0;
  token.setAttribute('aria-describedby', cardId);
}

function neighbour(token: HTMLElement | null, key: string): HTMLElement | null {
  const to: Record<string, Element | null | undefined> = {
    ArrowRight: token?.nextElementSibling,
    ArrowLeft: token?.previousElementSibling,
    Home: token?.parentElement?.firstElementChild,
    End: token?.parentElement?.lastElementChild,
  };
  const next = to[key];
  return next instanceof HTMLElement ? next : null;
}
