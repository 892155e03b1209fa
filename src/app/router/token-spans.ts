import { FrameBatcher } from '../../client/frame-batcher';
import { type AnswerRoute, LEFT_OUT } from './answer-route';
import { colorOf, EXPERT_COLORS } from './expert-swatch';
import type { RouteBook } from './route-book';
import type { TokenColors } from './token-colors';

/** The expert of a token that colours it; null where a lossy mode left that choice out, or nobody told. */
export function colouringExpert(route: AnswerRoute, token: number, { layer, choice }: TokenColors): number | null {
  if (layer >= route.layers || choice >= route.topK) return null;
  const expert = route.picks[(token * route.layers + layer) * route.topK + choice] ?? LEFT_OUT;
  return expert === LEFT_OUT ? null : expert;
}

/**
 * An answer's tokens as elements, each with its number as `data-token`. Not React's: while an answer streams only what is new is added, at
 * most once a frame. Tokens without text, an end or the first bytes of a character, have no element.
 */
export class TokenSpans {
  #colors: TokenColors;
  #drawn = 0;
  readonly #paint: FrameBatcher;
  readonly #stop: () => void;

  constructor(
    private readonly into: HTMLElement,
    private readonly routes: RouteBook,
    private readonly answerId: string,
    colors: TokenColors,
  ) {
    this.#colors = colors;
    this.#paint = new FrameBatcher(() => this.#grow());
    this.#grow();
    this.#stop = routes.subscribe((id) => {
      if (id === answerId) this.#paint.request();
    });
  }

  color(colors: TokenColors): void {
    if (colors.layer === this.#colors.layer && colors.choice === this.#colors.choice) return;
    this.#colors = colors;
    const route = this.routes.of(this.answerId);
    if (!route) return;
    for (const span of this.into.querySelectorAll<HTMLElement>('[data-token]')) {
      this.#mark(span, route, Number(span.dataset.token));
    }
  }

  destroy(): void {
    this.#stop();
    this.into.replaceChildren();
  }

  #grow(): void {
    const route = this.routes.of(this.answerId);
    const count = route?.pieces.length ?? 0;
    // Another model goes on with the answer: its route begins anew.
    if (count < this.#drawn) {
      this.into.replaceChildren();
      this.#drawn = 0;
    }
    if (!route || count === this.#drawn) return;
    const spans: HTMLElement[] = [];
    for (let token = this.#drawn; token < count; token++) {
      const piece = route.pieces[token] ?? '';
      if (piece === '') continue;
      const span = document.createElement('span');
      span.className = 'expert-ink';
      span.dataset.token = String(token);
      span.tabIndex = -1;
      span.textContent = piece;
      this.#mark(span, route, token);
      spans.push(span);
    }
    this.into.append(...spans);
    this.#drawn = count;
    const first = this.into.querySelector<HTMLElement>('[data-token]');
    if (first && !this.into.querySelector('[tabindex="0"]')) first.tabIndex = 0;
  }

  #mark(span: HTMLElement, route: AnswerRoute, token: number): void {
    const expert = colouringExpert(route, token, this.#colors);
    if (expert === null) {
      delete span.dataset.color;
      delete span.dataset.number;
      return;
    }
    span.dataset.color = String(colorOf(expert));
    // Colours repeat where there are more experts: then the number says which.
    if (route.experts > EXPERT_COLORS) span.dataset.number = String(expert);
  }
}
