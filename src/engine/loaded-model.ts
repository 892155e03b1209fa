import { openGpu } from '../gpu/device';
import { type OpenModel, openStoredModel } from '../import/open-model';
import { Mutex } from '../lib/mutex';
import { Grammars } from '../model/grammar/grammars';
import { createTokenizer, type TextTokenizer } from '../model/tokenizer';
import { TRIGGER } from '../model/tools/calls';
import { kvBytes, parameters, recordsBytes } from '../pack/footprint';
import { packLayout } from '../pack/layout';
import { pagingStats } from '../paging/figures';
import { type PagingMemory, pagingMemory } from '../paging/paging-memory';
import type { BudgetInfo, EngineEvent, LoadOptions, ModelInfo, ModelRef } from '../protocol/engine';
import { type ErrorData, MixtabError } from '../protocol/errors';
import type { PagingStats } from '../protocol/paging';
import type { InstallProgress } from '../store/install';
import { openPack } from '../store/open-pack';
import { GpuModel, type GpuModelHooks } from './gpu-model';
import type { LoadTracker } from './load-progress';
import { lossyConfig } from './lossy';
import { Session } from './session';

/** A model that is ready to answer: its pack, its tokenizer, its place on the GPU, and what the KV cache holds. */
export class LoadedModel {
  readonly session = new Session();
  readonly pack: OpenModel;
  readonly tokenizer: TextTokenizer;
  readonly grammars: Grammars;
  readonly #id: string;
  readonly #options: LoadOptions;
  readonly #notice: ErrorData | null;
  readonly emit: (event: EngineEvent) => void;
  /** Held by each step on the GPU, so that a change of budget falls between two steps. */
  readonly #steps = new Mutex();
  readonly #memory: PagingMemory;
  #gpuModel: GpuModel;

  private constructor(
    id: string,
    options: LoadOptions,
    pack: OpenModel,
    tokenizer: TextTokenizer,
    memory: PagingMemory,
    gpuModel: GpuModel,
    notice: ErrorData | null,
    emit: (event: EngineEvent) => void,
  ) {
    this.#id = id;
    this.#options = options;
    this.pack = pack;
    this.tokenizer = tokenizer;
    const { config, tokenizer: files } = pack.manifest;
    this.grammars = new Grammars({
      tokenizerJson: files.json,
      vocabSize: config.vocabSize,
      endIds: config.eosIds,
      triggerId: tokenizer.controlToken(TRIGGER),
    });
    this.#memory = memory;
    this.#gpuModel = gpuModel;
    this.#notice = notice;
    this.emit = emit;
  }

  /** Opens the model, installing what is missing where it has a host, then brings it to the GPU. Whatever fails, nothing stays open. */
  static async load(
    ref: ModelRef,
    options: LoadOptions,
    tracker: LoadTracker,
    emit: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    let notice: ErrorData | null = null;
    const gpu = await openGpu();
    let pack: OpenModel | undefined;
    let tokenizer: TextTokenizer | undefined;
    try {
      pack = await open(ref, signal, tracker, (data) => {
        notice = data;
        emit({ type: 'notice', notice: data });
      });
      tokenizer = await createTokenizer(pack.manifest.tokenizer);
      const { config, formats } = pack.manifest;
      const layout = packLayout(lossyConfig(config, options.lossy), formats);
      const memory = pagingMemory(layout, pack.reader, options.paging);
      const gpuModel = await GpuModel.open(gpu, layout, memory, options, hooksFor(tracker, emit));
      gpuModel.pager.welcome([
        ...memory.pinned,
        ...(options.paging?.warmStart === false ? [] : await residentsOf(pack)),
      ]);
      return new LoadedModel(ref.id, options, pack, tokenizer, memory, gpuModel, notice, emit);
    } catch (error) {
      tokenizer?.dispose();
      pack?.close();
      gpu.device.destroy();
      throw error;
    }
  }

  /** A meter that reads what paging does from now on. */
  startPaging(): () => PagingStats {
    const { totals, policyName, prefetcher, source } = this.#memory;
    source.reads.update();
    const before = structuredClone(totals);
    totals.mostReads = 0;
    return () => {
      source.reads.update();
      return pagingStats(totals, before, policyName, prefetcher?.on ?? false);
    };
  }

  get gpuModel(): GpuModel {
    return this.#gpuModel;
  }

  get budget(): BudgetInfo {
    const { arenas: _, ...budget } = this.#gpuModel.plan;
    return budget;
  }

  get info(): ModelInfo {
    const { manifest } = this.pack;
    const { config } = manifest;
    return {
      id: this.#id,
      name: manifest.name,
      layers: config.nLayers,
      experts: config.nExperts,
      topK: this.#options.lossy?.topK ?? config.topK,
      vocabSize: config.vocabSize,
      contextLength: this.#gpuModel.extent.contextLength,
      parameters: parameters(config).total,
      packBytes: recordsBytes(packLayout(config, manifest.formats)),
      adapter: this.#gpuModel.gpu.adapterName,
      softwareAdapter: this.#gpuModel.gpu.softwareAdapter,
      kernelVariant: this.#gpuModel.variant.name,
      maxContextLength: config.maxContext,
      kvBytes: kvBytes(config, this.#gpuModel.extent.contextLength),
      loaded: {
        policy: this.#memory.policyName,
        ramBytes: this.#options.paging?.ramBytes ?? null,
        lossy: this.#options.lossy ?? {},
      },
      defaults: { temperature: manifest.generation.temperature, topP: manifest.generation.topP },
      chat: manifest.tokenizer.chatTemplate !== null,
      budget: this.budget,
      notice: this.#notice,
    };
  }

  /** Runs one step on the GPU; no other step and no change of budget runs meanwhile. */
  step<T>(run: (model: GpuModel) => Promise<T>): Promise<T> {
    return this.#steps.run(() => run(this.#gpuModel));
  }

  setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#steps.run(async () => {
      const lost = await this.#gpuModel.setBudget(budgetBytes);
      this.#gpuModel.pager.welcome(lost);
      this.emit({ type: 'budget', budget: this.budget });
      return this.budget;
    });
  }

  /** Builds the model anew on a new device after a loss; the KV cache is gone. Rejects with `device-lost` when there is no other. */
  async rebuild(lost: MixtabError): Promise<void> {
    this.emit({ type: 'devicelost', state: 'recovering', message: lost.message });
    this.session.truncate(0);
    try {
      await this.#gpuModel.pager.quiesce();
      this.#gpuModel.gpu.memory.destroyAll();
      const { manifest } = this.pack;
      const options = {
        ...this.#options,
        budgetBytes: this.#gpuModel.plan.budgetBytes,
        kernelVariant: this.#gpuModel.variant.name,
      };
      this.#gpuModel = await GpuModel.open(
        await openGpu(),
        packLayout(lossyConfig(manifest.config, this.#options.lossy), manifest.formats),
        this.#memory,
        options,
        hooksFor(null, this.emit),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `${lost.message}; a new one could not be had: ${reason}`;
      this.emit({ type: 'devicelost', state: 'failed', message });
      throw new MixtabError(
        'device-lost',
        message,
        'Load the model again, or restart the browser: after several resets it may refuse the GPU for a while.',
        {},
        error,
      );
    }
    this.emit({ type: 'devicelost', state: 'recovered', message: lost.message });
  }

  /** Notes which experts are on the GPU, so that the next session can begin with them. */
  async remember(): Promise<void> {
    const { slots } = this.#gpuModel.pager;
    // A hint: what cannot be noted is paged in when it is picked.
    await this.pack.store?.putResidents(slots.residents()).catch(() => {});
  }

  /** Frees everything; no step may be running. */
  async unload(): Promise<void> {
    const { gpu, pager } = this.#gpuModel;
    await pager.quiesce();
    gpu.memory.destroyAll();
    gpu.device.destroy();
    this.grammars.dispose();
    this.tokenizer.dispose();
    this.pack.close();
  }
}

/** Those of the last session; a store that cannot tell is no reason not to start. */
async function residentsOf({ store }: OpenModel): Promise<number[]> {
  return (await store?.residents().catch(() => [])) ?? [];
}

function open(
  { id, url }: ModelRef,
  signal: AbortSignal,
  tracker: LoadTracker,
  onNotice: (notice: ErrorData) => void,
): Promise<OpenModel> {
  if (url === undefined) return openStoredModel(id);
  const onProgress = ({ loadedBytes, totalBytes }: InstallProgress) => tracker.download(loadedBytes, totalBytes);
  return openPack({ id, url }, { signal, onProgress, onNotice });
}

function hooksFor(tracker: LoadTracker | null, emit: (event: EngineEvent) => void): GpuModelHooks {
  return {
    onShaders: (share) => tracker?.shaders(share),
    onWeights: (loaded, total) => tracker?.weights(loaded, total),
    onResidency: (slots) => emit({ type: 'residency', states: slots.states, evictions: slots.evictions }),
  };
}
