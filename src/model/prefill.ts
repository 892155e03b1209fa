import { PREFILL_TILE } from '../gpu/shape';
import { packStep } from '../gpu/step';
import { throwIfAborted } from '../lib/abort';
import { alignUp } from '../pack/layout';
import type { Pager } from '../paging/pager';
import { routeStride } from './buffers';
import { layerWords, type Route, readRoute } from './routing';
import { NO_FAULT, type StepIo, type StepOptions, type StepResult } from './step-io';
import type { Transformer } from './transformer';

/** Batches from this size on are taken to use every expert that they may: asking the GPU which would cost more than it saves. */
const ALL_EXPERTS_FROM = 32;

/** Waves that may be queued on the GPU: enough to keep it busy, few enough to stop within one layer's work. */
const WAVES_QUEUED = 2;

/** Bytes of a wave's experts: until the GPU takes them the browser keeps them. */
const MOST_WAVE_BYTES = 256e6;

type LogitRows = (logits: Float32Array, position: number) => void;

export interface PrefillOptions extends StepOptions {
  /** Gets the logits of every position in order, float32 `[rows, vocab]` from `position` on; the view is valid during the call. */
  onLogits?: LogitRows | undefined;
}

/** Prompt tokens that go through the layers together. */
interface Batch {
  position: number;
  tokens: number;
  /** Settle when the GPU is through with the waves that were submitted. */
  queued: Promise<unknown>[];
}

/** One prompt's way through the model, in chunks, each layer by layer. */
export class Prefill {
  readonly #io: StepIo;
  readonly #transformer: Transformer;
  readonly #pager: Pager;
  readonly #options: PrefillOptions;

  constructor(io: StepIo, transformer: Transformer, pager: Pager, options: PrefillOptions) {
    this.#io = io;
    this.#transformer = transformer;
    this.#pager = pager;
    this.#options = options;
  }

  /** Runs `ids` at positions `start`.. and samples the token that follows. */
  async run(ids: number[], start: number): Promise<StepResult> {
    const { chunk } = this.#io.parts.extent;
    const routes: Route[][] = [];
    let result: StepResult = { token: 0, logits: null, routes };
    // What a prompt leaves in the cache serves the whole answer: no stand-in has a part in it.
    this.#pager.dropStandIns();
    for (let at = 0; at < ids.length; at += chunk) {
      const batch = ids.slice(at, at + chunk);
      result = await this.#runBatch(batch, start + at, at + chunk >= ids.length);
      routes.push(...result.routes);
    }
    return { ...result, routes };
  }

  async #runBatch(ids: number[], position: number, last: boolean): Promise<StepResult> {
    const { signal, onLogits } = this.#options;
    const tokens = ids.length;
    const batch: Batch = { position, tokens, queued: [] };
    this.#io.write('ids', Uint32Array.from(ids));
    this.#io.write('state', Uint32Array.of(NO_FAULT));
    this.#writeStep(position, tokens, 0n);
    for (let l = 0; l < this.#io.parts.config.nLayers; l++) {
      throwIfAborted(signal);
      const commands = this.#io.commands(`prefill ${l}`);
      if (l === 0) this.#transformer.prefillEmbed(commands, tokens);
      this.#transformer.prefillAttention(commands, l, tokens);
      commands.submit();
      await this.#runExperts(l, batch);
    }
    throwIfAborted(signal);
    if (onLogits) await this.#readLogits(position, tokens, onLogits);
    return this.#finish(position, tokens, last);
  }

  /**
   * The layer's experts: the resident ones at once, the others in waves through the slots that have room. Each is read at most once, while the
   * GPU computes the wave before, or the layer before.
   */
  async #runExperts(layer: number, batch: Batch): Promise<void> {
    const { signal } = this.#options;
    const { slots } = this.#pager;
    const needed = await this.#neededExperts(layer, batch.tokens);
    const missing = needed.filter((e) => !slots.isResident(layer, e));
    const resident = needed.filter((e) => slots.isResident(layer, e));
    this.#pager.hit(layer, resident.length);
    if (resident.length > 0) await this.#runWave(layer, batch, resident, missing.length === 0);
    while (missing.length > 0) {
      throwIfAborted(signal);
      const wave = missing.splice(0, this.#waveSize(layer));
      await this.#pager.demand(layer, wave, 'prefill', signal);
      await this.#runWave(layer, batch, wave, missing.length === 0);
    }
  }

  /** As many experts as have room without driving out decode's, and no more than the browser should keep while the GPU is busy. */
  #waveSize(layer: number): number {
    const most = Math.floor(MOST_WAVE_BYTES / this.#pager.slotBytes);
    return Math.max(this.#io.parts.config.topK, Math.min(this.#pager.slots.roomFor(layer), most));
  }

  async #runWave(layer: number, { position, tokens, queued }: Batch, experts: number[], last: boolean): Promise<void> {
    this.#writeStep(position, tokens, maskOf(experts));
    const commands = this.#io.commands(`experts ${layer}`);
    this.#transformer.prefillExperts(commands, layer, tokens);
    if (last) this.#transformer.prefillCombine(commands, layer, tokens);
    commands.submit();
    queued.push(this.#io.done());
    if (queued.length >= WAVES_QUEUED) await queued.shift();
  }

  async #neededExperts(layer: number, tokens: number): Promise<readonly number[]> {
    const all = this.#io.expertsOf(layer);
    if (tokens >= ALL_EXPERTS_FROM || all.every((e) => this.#pager.slots.isResident(layer, e))) return all;
    const routes = await this.#readRoutes(layer, 1, tokens);
    const picked = new Set(routes.flatMap((token) => token.flatMap((route) => route.experts)));
    return all.filter((e) => picked.has(e));
  }

  async #finish(position: number, tokens: number, last: boolean): Promise<StepResult> {
    const { sampling, logits: wantsLogits } = this.#options;
    let [token, logits]: [number, Float32Array | null] = [0, null];
    if (last) {
      this.#writeStep(position, tokens, 0n);
      this.#io.writeSampling(sampling, position + tokens);
      const commands = this.#io.commands('head');
      this.#transformer.head(commands, 1);
      this.#transformer.sample(commands);
      ({ token, logits } = await this.#io.submitAndReadState(commands, wantsLogits));
    }
    const routes = await this.#readRoutes(0, this.#io.parts.config.nLayers, tokens);
    routes.forEach((route, t) => {
      // The last token's picks are as good as decode's: the next one is likely to repeat them.
      const decode = last && t === tokens - 1;
      route.forEach((of, layer) => {
        this.#pager.observe(layer, of, decode);
      });
      this.#pager.nextToken(decode ? route.map(({ experts }) => experts) : null);
    });
    return { token, logits, routes };
  }

  /** `[token][layer]` routing of the batch, for `count` layers from `first` on. */
  #readRoutes(first: number, count: number, tokens: number): Promise<Route[][]> {
    const { config: c, extent } = this.#io.parts;
    const capacity = alignUp(extent.chunk, PREFILL_TILE);
    const stride = routeStride(c, capacity);
    return this.#io.submitAndReadRoutes(this.#io.commands('routes'), first * stride, count * stride, (data) => {
      const layers = Array.from({ length: count }, (_, l) => layerWords(c, data, l * stride, capacity));
      return Array.from({ length: tokens }, (_, t) => layers.map((words) => readRoute(c, words, capacity, t)));
    });
  }

  async #readLogits(position: number, tokens: number, onLogits: LogitRows): Promise<void> {
    const { logitRows } = this.#io.parts.extent;
    for (let row = 0; row < tokens; row += logitRows) {
      const rows = Math.min(logitRows, tokens - row);
      this.#io.write('step', packStep({ ...this.#transformer.prefillStep(position, tokens, 0n), headRow: row }));
      const commands = this.#io.commands('logits');
      this.#transformer.head(commands, rows);
      await this.#io.submitAndReadLogits(commands, rows, (logits) => onLogits(logits, position + row));
    }
  }

  #writeStep(position: number, tokens: number, experts: bigint): void {
    this.#io.write('step', packStep(this.#transformer.prefillStep(position, tokens, experts)));
  }
}

function maskOf(experts: number[]): bigint {
  return experts.reduce((mask, expert) => mask | (1n << BigInt(expert)), 0n);
}
