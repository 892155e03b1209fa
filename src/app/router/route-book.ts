import type { AnswerRoute } from './answer-route';
import { GrowingRoute, type RouteDelta, type RouteShape } from './growing-route';

/** The routes of the answers of this page's conversation, by the answer's id. They grow up to 60 times a second, so outside React's state. */
export class RouteBook {
  readonly #routes = new Map<string, GrowingRoute>();
  readonly #listeners = new Set<(answerId: string) => void>();

  /** As it is now; null where none is known. */
  of(answerId: string): AnswerRoute | null {
    return this.#routes.get(answerId)?.route ?? null;
  }

  has(answerId: string): boolean {
    return this.#routes.has(answerId);
  }

  set(answerId: string, route: AnswerRoute): void {
    this.#routes.set(answerId, GrowingRoute.from(route));
    this.#tell(answerId);
  }

  /** Appends tokens to an answer's route, which begins with the first of them. */
  add(answerId: string, shape: RouteShape, delta: RouteDelta): void {
    const route = this.#routes.get(answerId) ?? new GrowingRoute(shape);
    this.#routes.set(answerId, route);
    route.append(delta);
    this.#tell(answerId);
  }

  /** Of an answer that goes on from a text: its route so far, where that is known and of a model of the same shape; else the text by itself. */
  begin(answerId: string, shape: RouteShape, text: string): void {
    const before = this.#routes.get(answerId)?.shape;
    const { layers, experts, topK } = shape;
    if (before && before.layers === layers && before.experts === experts && before.topK === topK) return;
    this.#routes.delete(answerId);
    if (text !== '') this.add(answerId, shape, { pieces: [text], picks: [], weights: [] });
  }

  clear(): void {
    this.#routes.clear();
  }

  /** Calls `listener` with the id of an answer whose route grew. */
  subscribe(listener: (answerId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(answerId: string): void {
    for (const listener of this.#listeners) listener(answerId);
  }
}
