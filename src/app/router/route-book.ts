import { type AnswerRoute, LEFT_OUT } from './answer-route';

/** New tokens' part of a route, as the engine tells it: `[token][layer][k]`, a layer's list shorter than top-k where choices were left out. */
export interface RouteDelta {
  pieces: string[];
  picks: number[][][];
  weights: number[][][];
}

type Shape = Pick<AnswerRoute, 'layers' | 'experts' | 'topK'>;

/** The routes of the answers of this page's conversation, by the answer's id. They grow up to 60 times a second, so outside React's state. */
export class RouteBook {
  readonly #routes = new Map<string, AnswerRoute>();
  readonly #listeners = new Set<(answerId: string) => void>();

  of(answerId: string): AnswerRoute | null {
    return this.#routes.get(answerId) ?? null;
  }

  set(answerId: string, route: AnswerRoute): void {
    this.#routes.set(answerId, route);
    this.#tell(answerId);
  }

  /** Appends tokens to an answer's route, which begins with the first of them. */
  add(answerId: string, shape: Shape, delta: RouteDelta): void {
    const before = this.#routes.get(answerId) ?? emptyRoute(shape);
    this.set(answerId, extended(before, delta));
  }

  /** Of an answer that goes on from a text: its route so far, where that is known and of a model of the same shape; else the text by itself. */
  begin(answerId: string, shape: Shape, text: string): void {
    const { layers, experts, topK } = shape;
    const before = this.#routes.get(answerId);
    if (before && before.layers === layers && before.experts === experts && before.topK === topK) return;
    this.#routes.delete(answerId);
    if (text !== '') this.add(answerId, { layers, experts, topK }, { pieces: [text], picks: [], weights: [] });
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

const emptyRoute = ({ layers, experts, topK }: Shape): AnswerRoute => ({
  layers,
  experts,
  topK,
  pieces: [],
  picks: new Uint16Array(0),
  weights: new Float32Array(0),
});

function extended(route: AnswerRoute, { pieces, picks, weights }: RouteDelta): AnswerRoute {
  const { layers, topK } = route;
  const per = layers * topK;
  const begin = route.picks.length;
  const allPicks = new Uint16Array(begin + pieces.length * per).fill(LEFT_OUT);
  const allWeights = new Float32Array(allPicks.length);
  allPicks.set(route.picks);
  allWeights.set(route.weights);
  picks.forEach((token, t) => {
    token.forEach((layer, l) => {
      allPicks.set(layer, begin + t * per + l * topK);
      allWeights.set(weights[t]?.[l] ?? [], begin + t * per + l * topK);
    });
  });
  return { ...route, pieces: [...route.pieces, ...pieces], picks: allPicks, weights: allWeights };
}
