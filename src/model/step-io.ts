import { Commands, readStaging } from '../gpu/commands';
import type { Gpu } from '../gpu/device';
import { packSampleParams } from '../gpu/kernels/sample';
import { packLayers } from '../gpu/layer';
import type { SamplingParams } from '../protocol/engine';
import { routeStride, STATE_HEADER_BYTES } from './buffers';
import { bufferOf, type Parts } from './dispatches';
import { type KeptExperts, keptOf } from './expert-mask';
import { layerWords, type Route, readForesight, readRoute } from './routing';

/** The kernels' NONE in `state[0]`. */
export const NO_FAULT = 0xffffffff;

export interface StepOptions {
  sampling: SamplingParams;
  /** Bring the logits back as well, in the same readback. */
  logits?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface StepResult {
  /** The token that the GPU sampled. */
  token: number;
  /** float32 `[vocab]`, what it was sampled from, when asked for. */
  logits: Float32Array | null;
  /** `[token][layer]` routing of the tokens that went through. */
  routes: Route[][];
}

/** What the readback of a submit that ends with a token brings. */
export interface StepState {
  /** The layer that misses an expert, or NO_FAULT. */
  fault: number;
  token: number;
  /** When asked for; valid where there is no fault. */
  logits: Float32Array | null;
  /** By layer; valid up to the fault. */
  routes: Route[];
  /** Softmax by expert that the gates of the layers after the fault foresee, the next layer first. */
  foresight: Float32Array[];
}

/** What goes to the GPU's buffers before a step's submits, and what comes back after them. */
export class StepIo {
  readonly parts: Parts;
  readonly #gpu: Gpu;
  #kept: KeptExperts = null;

  constructor(gpu: Gpu, parts: Parts) {
    this.#gpu = gpu;
    this.parts = parts;
  }

  commands(label: string): Commands {
    return new Commands(this.#gpu, label);
  }

  buffer(name: string): GPUBuffer {
    return bufferOf(this.parts.buffers, name);
  }

  write(name: string, words: Uint32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.buffer(name), 0, words);
  }

  /** From the next submit on the routers pick among these experts alone. */
  keepExperts(kept: KeptExperts): void {
    if (kept !== null || this.#kept !== null) this.write('layers', packLayers(this.parts.config, kept));
    this.#kept = kept;
  }

  /** The experts of a layer that may be picked. */
  expertsOf(layer: number): readonly number[] {
    return keptOf(this.#kept, layer, this.parts.config.nExperts);
  }

  /** `index`: position of the token to be sampled. */
  writeSampling(sampling: SamplingParams, index: number): void {
    const data = packSampleParams(sampling, { vocabSize: this.parts.config.vocabSize, index });
    this.#gpu.device.queue.writeBuffer(this.buffer('sampling'), 0, data);
  }

  /** Settles when the GPU is through with what was submitted. A lost device shows at the readback; here it must only not go unhandled. */
  done(): Promise<unknown> {
    return this.#gpu.device.queue.onSubmittedWorkDone().catch(() => undefined);
  }

  /** Submits, and reads the decode state and, where wanted, the logits behind it. */
  submitAndReadState(commands: Commands, wantsLogits = false): Promise<StepState> {
    const { config: c } = this.parts;
    const state = this.buffer('state');
    const staging = this.buffer('stateStaging');
    const logitBytes = wantsLogits ? c.vocabSize * 4 : 0;
    commands.copy(state, 0, staging, state.size);
    if (wantsLogits) commands.copy(this.buffer('logits'), 0, staging, logitBytes, state.size);
    commands.submit();
    return readStaging(this.#gpu, staging, state.size + logitBytes, (data) => {
      const [fault = NO_FAULT, token = 0] = new Uint32Array(data, 0, 2);
      const routes = Array.from({ length: c.nLayers }, (_, l) =>
        readRoute(c, layerWords(c, data, STATE_HEADER_BYTES + l * routeStride(c, 1), 1), 1, 0),
      );
      const logits = wantsLogits ? new Float32Array(data.slice(state.size)) : null;
      return { fault, token, logits, routes, foresight: readForesight(c, data, this.#kept) };
    });
  }

  /** Submits, and reads the first `rows` rows of logits; the view is valid during the call. */
  submitAndReadLogits<T>(commands: Commands, rows: number, read: (logits: Float32Array) => T): Promise<T> {
    return this.#submitAndRead(commands, 'logits', 0, rows * this.parts.config.vocabSize * 4, (data) =>
      read(new Float32Array(data)),
    );
  }

  /** Submits, and reads `bytes` of the routes from `offset` on; the view is valid during the call. */
  submitAndReadRoutes<T>(
    commands: Commands,
    offset: number,
    bytes: number,
    read: (data: ArrayBuffer) => T,
  ): Promise<T> {
    return this.#submitAndRead(commands, 'routes', offset, bytes, read);
  }

  #submitAndRead<T>(
    commands: Commands,
    name: 'logits' | 'routes',
    offset: number,
    bytes: number,
    read: (data: ArrayBuffer) => T,
  ): Promise<T> {
    const staging = this.buffer(`${name}Staging`);
    commands.copy(this.buffer(name), offset, staging, bytes);
    commands.submit();
    return readStaging(this.#gpu, staging, bytes, read);
  }
}
