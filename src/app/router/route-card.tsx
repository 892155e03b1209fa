import { useLayoutEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { type AnswerRoute, LEFT_OUT } from './answer-route';
import { ExpertSwatch } from './expert-swatch';

export interface RouteCardProps {
  id: string;
  route: AnswerRoute;
  /** From 0. */
  token: number;
  /** The token's element, which the card stands beside. */
  anchor: HTMLElement;
}

/** Where one token went, in all layers. */
export function RouteCard({ id, route, token, anchor }: RouteCardProps) {
  const { router: words } = useWords();
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (card.current) standBeside(card.current, anchor);
  }, [anchor]);
  const picks = picksOf(route, token);
  return (
    <div ref={card} id={id} className="route-card" role="tooltip" popover="manual">
      <p>
        <code>{JSON.stringify(route.pieces[token] ?? '')}</code> <span className="muted">{words.token(token + 1)}</span>
      </p>
      {picks.every((layer) => layer.length === 0) ? (
        <p className="muted">{words.notTold}</p>
      ) : (
        <ol className="route-layers" data-many={route.layers > 8}>
          {picks.map((layer, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
            <li key={n}>
              <span className="muted">{words.layer(n)}</span>
              {layer.map(({ expert, weight }) => (
                <span key={expert} className="route-pick">
                  <span className="sr-only">{words.expert} </span>
                  <ExpertSwatch expert={expert} /> {Math.round(weight * 100)}%
                </span>
              ))}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** `[layer]`, in the order of the router's choices. */
function picksOf({ layers, topK, picks, weights }: AnswerRoute, token: number): { expert: number; weight: number }[][] {
  return Array.from({ length: layers }, (_, layer) => {
    const first = (token * layers + layer) * topK;
    return Array.from({ length: topK }, (_, k) => ({
      expert: picks[first + k] ?? LEFT_OUT,
      weight: weights[first + k] ?? 0,
    })).filter(({ expert }) => expert !== LEFT_OUT);
  });
}

/** Under the token where there is room, else above it, and inside the window. Right at it, so that the pointer can go over to the card. */
function standBeside(card: HTMLElement, anchor: HTMLElement): void {
  card.showPopover();
  const at = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const below = at.bottom + height <= innerHeight;
  card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  card.style.top = `${Math.max(8, below ? at.bottom : at.top - height)}px`;
}
