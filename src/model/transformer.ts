import type { Commands } from '../gpu/commands';
import type { Dispatch } from '../gpu/kernel';
import { PREFILL_TILE, pickTiles } from '../gpu/shape';
import type { StepParams } from '../gpu/step';
import { qkvRows } from '../pack/layout';
import { bindDecodeLayer, bindEnds, bindExperts, bindForesee, bindPrefillLayer, type Parts } from './dispatches';

type DecodeLayer = ReturnType<typeof bindDecodeLayer>;
type PrefillLayer = ReturnType<typeof bindPrefillLayer>;
type ExpertLayer = ReturnType<typeof bindExperts>;

/**
 * Mixtral's forward pass on the GPU (arXiv 2401.04088), top to bottom, one dispatch a line. It records and decides nothing: paging, sampling
 * settings and reading back are its callers'. src/reference/forward.ts is the same in plain TypeScript.
 */
export class Transformer {
  readonly #parts: Parts;
  readonly #ends: ReturnType<typeof bindEnds>;
  readonly #foresee: Dispatch | null;
  readonly #decode: DecodeLayer[];
  readonly #prefill: PrefillLayer[];
  #experts: ExpertLayer[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const layers = Array.from({ length: parts.config.nLayers }, (_, l) => l);
    this.#ends = bindEnds(parts);
    this.#foresee = bindForesee(parts);
    this.#decode = layers.map((l) => bindDecodeLayer(parts, l));
    this.#prefill = layers.map((l) => bindPrefillLayer(parts, l));
  }

  /** Points each layer's experts at its arena. Must be called before the first step and whenever the arenas change. */
  setArenas(arenaOf: (layer: number) => GPUBuffer): void {
    this.#experts = this.#decode.map((_, l) => bindExperts(this.#parts, l, arenaOf(l)));
  }

  /** Step parameters of decoding the token at `position`. */
  decodeStep(position: number): StepParams {
    const { splitLength } = this.#parts.variant;
    return { position, tokens: 1, splitLength, splits: Math.ceil((position + 1) / splitLength) };
  }

  /** Step parameters of a prefill batch: one split, so that a token's bits do not depend on how the prompt was cut. */
  prefillStep(position: number, tokens: number, experts: bigint): StepParams {
    return { position, tokens, splitLength: this.#parts.extent.contextLength, splits: 1, experts, headRow: tokens - 1 };
  }

  /**
   * One token, from its embedding to its successor's id in the state; or up to a fault, and what the layers behind it are likely to pick
   * (`readForesight`). `resumeAt`: the layer at which the token faulted; its attention and all before it are done, its router runs again.
   */
  decode(commands: Commands, splits: number, resumeAt = -1): void {
    if (resumeAt < 0) commands.run(this.#ends.embedDecode);
    for (let l = Math.max(resumeAt, 0); l < this.#decode.length; l++) {
      const layer = this.#decode[l] as DecodeLayer;
      const experts = this.#experts[l] as ExpertLayer;
      if (l !== resumeAt) {
        commands.run(layer.qkv);
        commands.run(withGrid(layer.attention, layer.attention.grid[0], splits));
        commands.run(layer.attentionReduce);
        commands.run(layer.attentionOut);
      }
      commands.run(layer.router);
      commands.run(experts.up);
      commands.run(experts.down);
    }
    commands.run(this.#ends.norm);
    commands.run(this.#ends.head);
    commands.run(this.#ends.sample);
    if (this.#foresee) commands.run(this.#foresee);
  }

  prefillEmbed(commands: Commands, tokens: number): void {
    commands.run(withGrid(this.#ends.embed, tokens));
  }

  /** A layer up to its router, whose picks are then grouped by expert. */
  prefillAttention(commands: Commands, l: number, tokens: number): void {
    const layer = this.#prefill[l] as PrefillLayer;
    const { config: c } = this.#parts;
    const tiles = Math.ceil(tokens / PREFILL_TILE);
    commands.run(withGrid(layer.norm, tokens));
    commands.run(withGrid(layer.qkv, qkvRows(c) / PREFILL_TILE, tiles));
    commands.run(withGrid(layer.attention, layer.attention.grid[0], 1, tokens));
    commands.run(withGrid(layer.attentionReduce, c.nHeads, tokens));
    commands.run(withGrid(layer.attentionOut, c.dim / PREFILL_TILE, tiles));
    commands.run(withGrid(layer.router, tokens));
    commands.run(layer.group);
  }

  /** The experts of one wave (the step's mask); each pick has a row of its own, so waves may come in any order. */
  prefillExperts(commands: Commands, l: number, tokens: number): void {
    const experts = this.#experts[l] as ExpertLayer;
    const { topK, nExperts } = this.#parts.config;
    const tiles = pickTiles(tokens * topK, nExperts);
    commands.run(withGrid(experts.upPrefill, experts.upPrefill.grid[0], tiles));
    commands.run(withGrid(experts.downPrefill, experts.downPrefill.grid[0], tiles));
  }

  prefillCombine(commands: Commands, l: number, tokens: number): void {
    commands.run(withGrid((this.#prefill[l] as PrefillLayer).combine, tokens));
  }

  /** Logits of `rows` rows of x from the step's head row on. */
  head(commands: Commands, rows: number): void {
    commands.run(withGrid(this.#ends.norm, rows));
    commands.run(withGrid(this.#ends.head, this.#ends.head.grid[0], rows));
  }

  sample(commands: Commands): void {
    commands.run(this.#ends.sample);
  }
}

function withGrid(dispatch: Dispatch, x: number, y = 1, z = 1): Dispatch {
  return { ...dispatch, grid: [x, y, z] };
}
