import { type AnswerRoute, LEFT_OUT } from './answer-route';

/** New tokens' part of a route, as the engine tells it: `[token][layer][k]`, a layer's list shorter than top-k where choices were left out. */
export interface RouteDelta {
  pieces: readonly string[];
  picks: readonly (readonly (readonly number[])[])[];
  weights: readonly (readonly (readonly number[])[])[];
}

export type RouteShape = Pick<AnswerRoute, 'layers' | 'experts' | 'topK'>;

/** Tokens that there is room for at first. */
const FIRST_TOKENS = 64;

/** A route that tokens are appended to: room doubles where it is used up, so a token costs the same however long the answer is. */
export class GrowingRoute {
  readonly shape: RouteShape;
  readonly #pieces: string[] = [];
  #picks: Uint16Array<ArrayBuffer>;
  #weights: Float32Array<ArrayBuffer>;
  /** What was last read, until more comes. */
  #read: AnswerRoute | null = null;

  constructor({ layers, experts, topK }: RouteShape) {
    this.shape = { layers, experts, topK };
    this.#picks = new Uint16Array(FIRST_TOKENS * layers * topK);
    this.#weights = new Float32Array(this.#picks.length);
  }

  /** One that begins as `route` is, which stays as it is. */
  static from(route: AnswerRoute): GrowingRoute {
    const growing = new GrowingRoute(route);
    growing.#pieces.push(...route.pieces);
    growing.#reserve(route.pieces.length);
    growing.#picks.set(route.picks);
    growing.#weights.set(route.weights);
    return growing;
  }

  /** The route so far. It does not change when more comes. */
  get route(): AnswerRoute {
    if (this.#read) return this.#read;
    const length = this.#pieces.length * this.#perToken;
    const [picks, weights] = [this.#picks.subarray(0, length), this.#weights.subarray(0, length)];
    this.#read = { ...this.shape, pieces: this.#pieces.slice(), picks, weights };
    return this.#read;
  }

  append({ pieces, picks, weights }: RouteDelta): void {
    const { topK } = this.shape;
    const begin = this.#pieces.length * this.#perToken;
    const end = begin + pieces.length * this.#perToken;
    this.#read = null;
    this.#pieces.push(...pieces);
    this.#reserve(this.#pieces.length);
    this.#picks.fill(LEFT_OUT, begin, end);
    picks.forEach((token, t) => {
      token.forEach((layer, l) => {
        const at = begin + t * this.#perToken + l * topK;
        this.#picks.set(layer, at);
        this.#weights.set(weights[t]?.[l] ?? [], at);
      });
    });
  }

  get #perToken(): number {
    return this.shape.layers * this.shape.topK;
  }

  /** What was read keeps the arrays that it has. */
  #reserve(tokens: number): void {
    const length = tokens * this.#perToken;
    if (length <= this.#picks.length) return;
    const room = Math.max(length, 2 * this.#picks.length);
    const [picks, weights] = [new Uint16Array(room), new Float32Array(room)];
    picks.set(this.#picks);
    weights.set(this.#weights);
    [this.#picks, this.#weights] = [picks, weights];
  }
}
