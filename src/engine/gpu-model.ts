import type { Gpu } from '../gpu/device';
import { compileKernel, dispatchOf, kernelVariants, type Variant } from '../gpu/kernels';
import { packLossy } from '../gpu/kernels/router';
import { matvecBlocks } from '../gpu/shape';
import { tuneMatvec } from '../gpu/tuner';
import { deviceMemoryGb } from '../lib/device-memory';
import { type Extent, extentOf, planBuffers, STATE_HEADER_BYTES } from '../model/buffers';
import { compileKernels } from '../model/compile';
import { writeConstants } from '../model/constants';
import { bufferOf, type Parts } from '../model/dispatches';
import { gatherGates } from '../model/foresight';
import { Runner } from '../model/runner';
import { StandIns } from '../model/stand-ins';
import { Transformer } from '../model/transformer';
import { DenseWeights } from '../model/weights';
import { denseBytes, expertsBytes } from '../pack/footprint';
import type { PackLayout } from '../pack/layout';
import { type Arenas, allocateArenas, resizeArenas } from '../paging/arenas';
import type { BudgetPlan } from '../paging/budget';
import { Loader } from '../paging/loader';
import { Pager } from '../paging/pager';
import { type PagingMemory, pinnedIn } from '../paging/paging-memory';
import { defaultRamBytes } from '../paging/ram-tier';
import { Slots } from '../paging/slots';
import type { LoadOptions } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { holdsAll, planModel } from './plan-model';

export interface GpuModelHooks {
  onShaders(share: number): void;
  /** Bytes that are on the GPU, of those that are brought there before the model is ready. */
  onWeights(loadedBytes: number, totalBytes: number): void;
  onResidency(slots: Slots): void;
}

/** A model on the GPU: everything that a device loss takes away and `open` makes anew. */
export class GpuModel {
  readonly gpu: Gpu;
  readonly extent: Extent;
  readonly variant: Variant;
  readonly runner: Runner;
  pager: Pager;
  plan: BudgetPlan;
  readonly #pack: PackLayout;
  readonly #parts: Parts;
  readonly #transformer: Transformer;
  readonly #memory: PagingMemory;
  readonly #options: LoadOptions;
  readonly #standIns: StandIns | null;
  readonly #onResidency: (slots: Slots) => void;
  #arenas: GPUBuffer[];

  private constructor(
    gpu: Gpu,
    parts: Parts,
    memory: PagingMemory,
    options: LoadOptions,
    arenas: Arenas,
    standIns: StandIns | null,
    onResidency: (slots: Slots) => void,
  ) {
    this.gpu = gpu;
    this.extent = parts.extent;
    this.variant = parts.variant;
    this.plan = arenas.plan;
    this.#pack = parts.pack;
    this.#parts = parts;
    this.#memory = memory;
    this.#options = options;
    this.#standIns = standIns;
    this.#onResidency = onResidency;
    this.#arenas = arenas.buffers;
    this.#transformer = new Transformer(parts);
    this.pager = this.#bindArenas();
    this.runner = new Runner(gpu, parts, this.#transformer, this.pager);
  }

  /** Allocates, compiles and uploads. Whatever fails, nothing stays allocated. */
  static async open(
    gpu: Gpu,
    pack: PackLayout,
    memory: PagingMemory,
    options: LoadOptions,
    hooks: GpuModelHooks,
  ): Promise<GpuModel> {
    try {
      const { config } = pack;
      const extent = extentOf(config, options.contextLength);
      const plan = planModel(gpu, pack, extent, options.budgetBytes, options.lossy?.standIns);
      const plans = planBuffers(config, extent);
      const created = await gpu.memory.create(plans.map(({ name, bytes, usage }) => ({ label: name, bytes, usage })));
      const buffers = new Map(plans.map(({ name }, i) => [name, created[i] as GPUBuffer]));
      const loading = weightsMeter(pack, plan, hooks.onWeights);
      const weights = await DenseWeights.load(gpu, pack, memory.source.reader, loading);
      // Slots are what is left: where the GPU has less than the budget says, it must not be the rest that finds no room.
      const standIns = options.lossy?.standIns ? await StandIns.open(gpu, pack, plan.standIns) : null;
      const arenas = await allocateArenas(gpu, config, plan);
      hooks.onShaders(0);
      const variant = await pickVariant(gpu, pack, buffers, weights, options.kernelVariant);
      const kernels = await compileKernels(gpu, pack, extent, plan.slotBytes, variant, hooks.onShaders);
      const parts: Parts = { pack, config, extent, kernels, variant, buffers, weights };
      writeConstants(gpu, parts);
      gpu.device.queue.writeBuffer(bufferOf(buffers, 'lossy'), 0, packLossy(options.lossy ?? {}));
      gatherGates(gpu, config, weights, buffers.get('gates'));
      const model = new GpuModel(gpu, parts, memory, options, arenas, standIns, hooks.onResidency);
      if (holdsAll(config, arenas.plan)) await model.#fill(loading);
      return model;
    } catch (error) {
      const failure = gpu.failure() ?? error;
      gpu.memory.destroyAll();
      gpu.device.destroy();
      throw failure;
    }
  }

  /**
   * Cuts the slots anew and keeps the experts that still fit. Call between steps. Returns the keys of experts
   * that had to go and would have a slot, those most worth loading first. Throws `budget-too-small`, and `gpu-out-of-memory` when the GPU
   * grants not even the least: then the device is given up, and the next step finds it lost.
   */
  async setBudget(budgetBytes: number): Promise<number[]> {
    const plan = planModel(this.gpu, this.#pack, this.extent, budgetBytes, this.#standIns !== null);
    await this.pager.quiesce();
    await this.#standIns?.resize(Math.min(this.#standIns.capacity, plan.standIns));
    const { slots } = this.pager;
    const before = { buffers: this.#arenas, slots };
    const resized = await resizeArenas(this.gpu, this.#pack.config, before, plan).catch((error: unknown) => {
      this.gpu.device.destroy();
      throw error;
    });
    this.plan = resized.plan;
    this.#arenas = resized.buffers;
    // Copies are an extra: where the GPU refuses room for more, those that are there have to do.
    await this.#standIns?.resize(plan.standIns).catch(() => {});
    this.pager = this.#bindArenas((now) => now.takeOver(slots, resized.placed));
    this.runner.pager = this.pager;
    this.#onResidency(this.pager.slots);
    return resized.lost;
  }

  /** Where there is room for every expert, the first prompt need not wait for them. Those that an import has still to bring come when picked. */
  async #fill(onBytes: (bytes: number) => void): Promise<void> {
    const { config, experts } = this.#pack;
    const all = Array.from({ length: config.nExperts }, (_, expert) => expert);
    for (const [layer, { bytes }] of experts.entries()) {
      const here = all.filter((expert) => this.#memory.source.has(layer * config.nExperts + expert));
      await this.pager.demand(layer, here, 'pick').catch((error: unknown) => {
        // An expert that cannot be had now may never be picked; if it is, the answer that picks it says so.
        if (!(error instanceof MixtabError && error.code === 'record-broken')) throw error;
      });
      onBytes(all.length * bytes);
    }
  }

  /** `prepare` may place experts before the page table is written. */
  #bindArenas(prepare?: (slots: Slots) => void): Pager {
    const { config } = this.#pack;
    const { arenas, slotBytes } = this.plan;
    const { policy, prefetcher, source, totals, pinned } = this.#memory;
    const here = pinnedIn(arenas, pinned, config);
    const slots = new Slots(config, arenas, policy, here);
    prepare?.(slots);
    this.#transformer.setArenas((layer) => this.#arenas[slots.arenaOf(layer)] as GPUBuffer);
    source.resizeRam(
      this.#options.paging?.ramBytes ??
        defaultRamBytes(deviceMemoryGb(), expertsBytes(this.#pack), slots.total * slotBytes),
    );
    const loader = new Loader({
      gpu: this.gpu,
      source,
      slots,
      targets: { arenas: this.#arenas, slotOf: bufferOf(this.#parts.buffers, 'slotOf') },
      nExperts: config.nExperts,
      slotBytes,
      totals,
      standIns: this.#standIns,
      onChange: () => this.#onResidency(slots),
      onEvict: (key, purpose) => prefetcher?.evicted(key, purpose === 'prefetch'),
    });
    source.isResident = (key) => loader.isResident(key);
    return new Pager(loader, prefetcher, totals, config.nExperts);
  }
}

/** Adds up what the loaders report. */
function weightsMeter(pack: PackLayout, plan: BudgetPlan, report: GpuModelHooks['onWeights']): (bytes: number) => void {
  const total = denseBytes(pack) + (holdsAll(pack.config, plan) ? expertsBytes(pack) : 0);
  let loaded = 0;
  return (bytes) => {
    loaded += bytes;
    report(loaded, total);
  };
}

/** The variant that was asked for by name, or the tuner's, measured on lm_head: the largest matrix that is always there. */
async function pickVariant(
  gpu: Gpu,
  { config, formats }: PackLayout,
  buffers: Map<string, GPUBuffer>,
  weights: DenseWeights,
  name: string | undefined,
): Promise<Variant> {
  if (name !== undefined) {
    const variants = kernelVariants(gpu);
    const named = variants.find((v) => v.name === name);
    if (named) return named;
    const names = variants.map((v) => v.name).join(', ');
    throw new MixtabError(
      'request-invalid',
      `kernel variant: expected one of ${names}, got ${name}`,
      'Leave it out to let the tuner pick.',
    );
  }
  gpu.device.queue.writeBuffer(bufferOf(buffers, 'state'), 0, new Uint32Array(STATE_HEADER_BYTES / 4).fill(0xffffffff));
  return tuneMatvec(gpu, `${config.vocabSize}x${config.dim} ${formats.output}`, async (variant) => {
    const constants = { DIM: config.dim, VOCAB: config.vocabSize };
    const kernel = await compileKernel(gpu, 'lm-head', constants, variant, formats.output);
    const bindings = {
      state: bufferOf(buffers, 'state'),
      xn: bufferOf(buffers, 'xn'),
      w: weights.output('q'),
      scale: weights.output('scale'),
      logits: bufferOf(buffers, 'logits'),
    };
    return dispatchOf({ 'lm-head': kernel }, 'lm-head', bindings, [matvecBlocks(variant, config.vocabSize / 2)]);
  });
}
