import type { Route } from '../model/routing';
import type { Trace, TraceModel, TraceStep } from '../protocol/trace';

/** Writes down what the routers of one request said. */
export class TraceRecorder {
  readonly trace: Trace;

  constructor({ name, nLayers, nExperts, topK }: TraceModel) {
    this.trace = { model: { name, nLayers, nExperts, topK }, steps: [] };
  }

  /** A step's `[token][layer]` routes; a prompt goes through the layers in chunks of `chunk` tokens. */
  add(phase: TraceStep['phase'], routes: Route[][], chunk: number): void {
    const tokens = routes.map((layers) => ({
      picks: layers.map(({ experts }) => experts),
      scores: layers.map(({ scores }) => Array.from(scores)),
    }));
    for (let at = 0; at < tokens.length; at += chunk) {
      this.trace.steps.push({ phase, last: at + chunk >= tokens.length, tokens: tokens.slice(at, at + chunk) });
    }
  }
}
