import type { Route } from '../model/routing';
import { bytesPerToken, slotBytes } from '../pack/footprint';
import { packLayout } from '../pack/layout';
import type { ManifestHead } from '../pack/manifest';
import type { Trace, TraceStep } from '../protocol/trace';

/** Writes down what the routers of one request said. */
export class TraceRecorder {
  readonly trace: Trace;

  constructor({ name, config, formats }: Pick<ManifestHead, 'name' | 'config' | 'formats'>) {
    const { nLayers, nExperts, topK } = config;
    const pack = packLayout(config, formats);
    const bytes = { expertBytes: slotBytes(pack), tokenBytes: bytesPerToken(pack, 0) };
    this.trace = { model: { name, nLayers, nExperts, topK, ...bytes }, steps: [] };
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
