import { Commands, readStaging } from '../gpu/commands';
import type { Gpu } from '../gpu/device';
import { IN_PROMPT, packSampleParams } from '../gpu/kernels/sample';
import { PREFILL_TILE } from '../gpu/shape';
import { packStep, type StepParams } from '../gpu/step';
import { throwIfAborted } from '../lib/abort';
import { alignUp } from '../pack/layout';
import type { Pager } from '../paging/pager';
import { NO_SLOT } from '../paging/slots';
import type { SamplingParams } from '../protocol/engine';
import { routeStride, STATE_HEADER_BYTES } from './buffers';
import { bufferOf, type Parts } from './dispatches';
import { layerWords, type Route, readForesight, readRoute } from './routing';
import type { Transformer } from './transformer';

/** The kernels' NONE in `state[0]`. */
const NO_FAULT = 0xffffffff;

/** Batches from this size on are taken to use every expert: asking the GPU which would cost more than it saves. */
const ALL_EXPERTS_FROM = 32;

/** Waves that may be queued on the GPU in prefill: enough to keep it busy, few enough to stop within one layer's work. */
const WAVES_QUEUED = 2;

/** Bytes of a wave's experts: until the GPU takes them the browser keeps them. */
const MOST_WAVE_BYTES = 256e6;

export interface StepResult {
  /** The token that was sampled. */
  token: number;
  /** `[token][layer]` routing of the tokens that went through. */
  routes: Route[][];
}

export interface StepOptions {
  sampling: SamplingParams;
  signal?: AbortSignal | undefined;
}

export interface DecodeOptions extends StepOptions {
  /** Runs this token instead of the one that the last step sampled. */
  token?: number | undefined;
}

export interface PrefillOptions extends StepOptions {
  /** Gets the logits of consecutive rows, float32 `[rows, vocab]`, for every position of the batch; the view is valid during the call. */
  onLogits?: ((logits: Float32Array) => void) | undefined;
}

/** Prompt tokens that go through the layers together. */
interface PrefillBatch {
  position: number;
  tokens: number;
  /** Settle when the GPU is through with the waves that were submitted. */
  queued: Promise<unknown>[];
}

/** What a readback of decode brings. */
interface DecodeState {
  /** The layer that misses an expert, or NO_FAULT. */
  fault: number;
  token: number;
  /** By layer; valid up to the fault. */
  routes: Route[];
  /** Softmax by expert that the gates of the layers after the fault foresee, the next layer first. */
  foresight: Float32Array[];
}

/** Runs the forward pass with paging: submits, reads back, answers faults. Knows nothing of text. */
export class Runner {
  readonly #gpu: Gpu;
  readonly #parts: Parts;
  readonly #transformer: Transformer;
  #pager: Pager;

  constructor(gpu: Gpu, parts: Parts, transformer: Transformer, pager: Pager) {
    this.#gpu = gpu;
    this.#parts = parts;
    this.#transformer = transformer;
    this.#pager = pager;
  }

  set pager(pager: Pager) {
    this.#pager = pager;
  }

  /** Sets what the penalties count: bit 31 of `counts[id]` marks prompt tokens, the low bits count the generated ones. */
  startRequest(promptIds: number[], generated: number[] = []): void {
    const counts = new Uint32Array(this.#parts.config.vocabSize);
    for (const id of promptIds) counts[id] = IN_PROMPT;
    for (const id of generated) counts[id] = (counts[id] ?? 0) + 1;
    this.#write('counts', counts);
  }

  /** Runs `ids` at positions `start`.. in chunks, layer by layer, and samples the token that follows. */
  async prefill(ids: number[], start: number, options: PrefillOptions): Promise<StepResult> {
    const { chunk } = this.#parts.extent;
    const routes: Route[][] = [];
    let token = 0;
    // What a prompt leaves in the cache serves the whole answer: no stand-in has a part in it.
    this.#pager.dropStandIns();
    for (let at = 0; at < ids.length; at += chunk) {
      const batch = ids.slice(at, at + chunk);
      const last = at + chunk >= ids.length;
      const result = await this.#prefillBatch(batch, start + at, last, options);
      routes.push(...result.routes);
      token = result.token;
    }
    return { token, routes };
  }

  /** Runs the token in the state at `position` and samples its successor: one submit and one readback when nothing is missing. */
  async decode(position: number, { sampling, signal, token }: DecodeOptions): Promise<StepResult> {
    const step = this.#transformer.decodeStep(position);
    this.#write('step', packStep(step));
    this.#writeSampling(sampling, position + 1);
    if (token !== undefined) this.#write('state', Uint32Array.of(NO_FAULT, token));
    let state = await this.#decodeFrom(-1, step.splits);
    let observed = 0;
    const faulted = new Set<number>();
    while (state.fault !== NO_FAULT) {
      const layer = state.fault;
      const { experts } = state.routes[layer] as Route;
      // What this token has used so far is the last to be evicted for it.
      for (; observed <= layer; observed++) this.#pager.observe(observed, state.routes[observed] as Route, true);
      await this.#pager.demand(layer, experts, 'pick', signal);
      faulted.add(layer);
      this.#write('state', Uint32Array.of(NO_FAULT));
      const resumed = this.#decodeFrom(layer, step.splits);
      this.#pager.foresee(layer, experts, state.foresight);
      state = await resumed;
    }
    state.routes.forEach((route, layer) => {
      if (layer >= observed) this.#pager.observe(layer, route, true);
      if (!faulted.has(layer)) this.#pager.hit(layer, route.experts.length);
    });
    this.#pager.nextToken(state.routes.map(({ experts }) => experts));
    return { token: state.token, routes: [state.routes] };
  }

  /** The logits that the last step sampled from, float32 `[vocab]`. */
  async readLogits(): Promise<Float32Array<ArrayBuffer>> {
    const staging = this.#buffer('logitsStaging');
    const bytes = this.#parts.config.vocabSize * 4;
    const commands = new Commands(this.#gpu, 'logits');
    commands.copy(this.#buffer('logits'), 0, staging, bytes);
    commands.submit();
    return readStaging(this.#gpu, staging, bytes, (data) => new Float32Array(data.slice(0)));
  }

  async #decodeFrom(layer: number, splits: number): Promise<DecodeState> {
    const commands = new Commands(this.#gpu, 'decode');
    this.#transformer.decode(commands, splits, layer);
    const standIns = this.#pager.standIns();
    const state = await this.#submitAndReadState(commands);
    state.routes.forEach(({ experts }, l) => {
      if (l >= layer && l < state.fault) this.#pager.used(l, experts, standIns);
    });
    return state;
  }

  async #submitAndReadState(commands: Commands): Promise<DecodeState> {
    const c = this.#parts.config;
    const staging = this.#buffer('stateStaging');
    commands.copy(this.#buffer('state'), 0, staging, staging.size);
    commands.submit();
    return readStaging(this.#gpu, staging, staging.size, (data) => {
      const [fault = NO_FAULT, token = 0] = new Uint32Array(data, 0, 2);
      const routes = Array.from({ length: c.nLayers }, (_, l) =>
        readRoute(c, layerWords(c, data, STATE_HEADER_BYTES + l * routeStride(c, 1), 1), 1, 0),
      );
      return { fault, token, routes, foresight: readForesight(c, data) };
    });
  }

  async #prefillBatch(ids: number[], position: number, last: boolean, options: PrefillOptions): Promise<StepResult> {
    const { signal } = options;
    const { nLayers } = this.#parts.config;
    const tokens = ids.length;
    const batch: PrefillBatch = { position, tokens, queued: [] };
    this.#write('ids', Uint32Array.from(ids));
    this.#write('state', Uint32Array.of(NO_FAULT));
    this.#writeStep(position, tokens, 0n);
    for (let l = 0; l < nLayers; l++) {
      throwIfAborted(signal);
      const commands = new Commands(this.#gpu, `prefill ${l}`);
      if (l === 0) this.#transformer.prefillEmbed(commands, tokens);
      this.#transformer.prefillAttention(commands, l, tokens);
      commands.submit();
      await this.#prefillExperts(l, batch, signal);
    }
    throwIfAborted(signal);
    if (options.onLogits) await this.#readLogits(position, tokens, options.onLogits);
    return this.#finishBatch(position, tokens, last, options.sampling);
  }

  /**
   * The layer's experts: the resident ones at once, the others in waves through the slots that have room. Each is read at most once, while the
   * GPU computes the wave before, or the layer before.
   */
  async #prefillExperts(layer: number, batch: PrefillBatch, signal?: AbortSignal): Promise<void> {
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
    return Math.max(this.#parts.config.topK, Math.min(this.#pager.slots.roomFor(layer), most));
  }

  async #runWave(layer: number, batch: PrefillBatch, experts: number[], last: boolean): Promise<void> {
    const { position, tokens, queued } = batch;
    this.#writeStep(position, tokens, maskOf(experts));
    const commands = new Commands(this.#gpu, `experts ${layer}`);
    this.#transformer.prefillExperts(commands, layer, tokens);
    if (last) this.#transformer.prefillCombine(commands, layer, tokens);
    commands.submit();
    // A lost device shows at the readback; here it must only not go unhandled.
    queued.push(this.#gpu.device.queue.onSubmittedWorkDone().catch(() => undefined));
    if (queued.length >= WAVES_QUEUED) await queued.shift();
  }

  async #neededExperts(layer: number, tokens: number): Promise<number[]> {
    const c = this.#parts.config;
    const all = Array.from({ length: c.nExperts }, (_, e) => e);
    if (tokens >= ALL_EXPERTS_FROM || all.every((e) => this.#pager.slots.isResident(layer, e))) return all;
    const routes = await this.#readRoutes(layer, 1, tokens);
    const picked = new Set(routes.flatMap((token) => token.flatMap((route) => route.experts)));
    return all.filter((e) => picked.has(e));
  }

  async #finishBatch(position: number, tokens: number, last: boolean, sampling: SamplingParams): Promise<StepResult> {
    let token = 0;
    if (last) {
      this.#writeStep(position, tokens, 0n);
      this.#writeSampling(sampling, position + tokens);
      const commands = new Commands(this.#gpu, 'head');
      this.#transformer.head(commands, 1);
      this.#transformer.sample(commands);
      token = (await this.#submitAndReadState(commands)).token;
    }
    const routes = await this.#readRoutes(0, this.#parts.config.nLayers, tokens);
    routes.forEach((route, t) => {
      // The last token's picks are as good as decode's: the next one is likely to repeat them.
      const decode = last && t === tokens - 1;
      route.forEach((of, layer) => {
        this.#pager.observe(layer, of, decode);
      });
      this.#pager.nextToken(decode ? route.map(({ experts }) => experts) : null);
    });
    return { token, routes };
  }

  /** `[token][layer]` routing of the batch, for `count` layers from `first` on. */
  async #readRoutes(first: number, count: number, tokens: number): Promise<Route[][]> {
    const c = this.#parts.config;
    const capacity = alignUp(this.#parts.extent.chunk, PREFILL_TILE);
    const stride = routeStride(c, capacity);
    const staging = this.#buffer('routesStaging');
    const commands = new Commands(this.#gpu, 'routes');
    commands.copy(this.#buffer('routes'), first * stride, staging, count * stride);
    commands.submit();
    return readStaging(this.#gpu, staging, count * stride, (data) => {
      const layers = Array.from({ length: count }, (_, l) => layerWords(c, data, l * stride, capacity));
      return Array.from({ length: tokens }, (_, t) => layers.map((words) => readRoute(c, words, capacity, t)));
    });
  }

  async #readLogits(position: number, tokens: number, onLogits: (logits: Float32Array) => void): Promise<void> {
    const { vocabSize } = this.#parts.config;
    const { logitRows } = this.#parts.extent;
    const staging = this.#buffer('logitsStaging');
    for (let row = 0; row < tokens; row += logitRows) {
      const rows = Math.min(logitRows, tokens - row);
      this.#write('step', packStep({ ...this.#transformer.prefillStep(position, tokens, 0n), headRow: row }));
      const commands = new Commands(this.#gpu, 'logits');
      this.#transformer.head(commands, rows);
      commands.copy(this.#buffer('logits'), 0, staging, rows * vocabSize * 4);
      commands.submit();
      await readStaging(this.#gpu, staging, rows * vocabSize * 4, (data) => onLogits(new Float32Array(data)));
    }
  }

  #writeStep(position: number, tokens: number, experts: bigint): void {
    const step: StepParams = this.#transformer.prefillStep(position, tokens, experts);
    this.#write('step', packStep(step));
  }

  #writeSampling(sampling: SamplingParams, index: number): void {
    const data = packSampleParams(sampling, { vocabSize: this.#parts.config.vocabSize, index });
    this.#gpu.device.queue.writeBuffer(this.#buffer('sampling'), 0, data);
  }

  #write(name: string, words: Uint32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.#buffer(name), 0, words);
  }

  #buffer(name: string): GPUBuffer {
    return bufferOf(this.#parts.buffers, name);
  }
}

function maskOf(experts: number[]): bigint {
  return experts.reduce((mask, expert) => mask | (1n << BigInt(expert)), 0n);
}

/** Fills what never changes: RoPE's turns (cos, sin of position * theta^(-2i/head_dim), computed in double precision), layer numbers, the page table. */
export function writeConstants(gpu: Gpu, parts: Parts): void {
  const { config: c, extent, buffers } = parts;
  const pairs = c.headDim / 2;
  const turns = new Float32Array(extent.contextLength * c.headDim);
  for (let i = 0; i < pairs; i++) {
    const frequency = c.ropeTheta ** (-i / pairs);
    for (let position = 0; position < extent.contextLength; position++) {
      turns[(position * pairs + i) * 2] = Math.cos(position * frequency);
      turns[(position * pairs + i) * 2 + 1] = Math.sin(position * frequency);
    }
  }
  const layers = new Uint32Array((c.nLayers * 256) / 4);
  for (let l = 0; l < c.nLayers; l++) layers[l * 64] = l;
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'turns'), 0, turns);
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'layers'), 0, layers);
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'slotOf'), 0, new Uint32Array(c.nLayers * c.nExperts).fill(NO_SLOT));
}
