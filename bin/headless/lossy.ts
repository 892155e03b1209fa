import { GpuModel } from '../../src/engine/gpu-model';
import { lossyConfig } from '../../src/engine/lossy';
import { openGpu } from '../../src/gpu/device';
import { extentOf } from '../../src/model/buffers';
import { GREEDY } from '../../src/model/sampling';
import { fixedBytes, slotBytes } from '../../src/pack/footprint';
import { packLayout } from '../../src/pack/layout';
import { noPaging, pagingStats } from '../../src/paging/figures';
import { type PagingMemory, pagingMemory } from '../../src/paging/paging-memory';
import type { LossyOptions, PagingStats } from '../../src/protocol/paging';
import { type OpenPack, openPack } from '../../src/store/open-pack';
import { type Comparison, compare, type DecodedToken } from './compare-runs';

/** Modes that are measured next to one exact run, all with the same GPU memory. */
export interface LossyTrial {
  /** Of all experts, those that would have a slot in the exact run. */
  share: number;
  modes: LossyOptions[];
}

/** What one mode did with all texts. The first of a trial's is exact. */
export interface LossyRun extends Comparison {
  adapter: string;
  /** Fewer where copies take their room. */
  slots: number;
  tokens: number;
  /** Milliseconds, by group of texts. */
  groupMs: number[];
  paging: PagingStats;
}

/** Positions that a text may have. */
export const CONTEXT = 128;

/**
 * Decodes texts of the embedded model token by token, each token given, exactly and in each mode: lossy modes act in decode, and only on the same
 * tokens can they be compared. They take turns at each group of texts, the exact run in the middle, since the machine's speed drifts.
 */
export async function lossyTrial({ share, modes }: LossyTrial, groups: number[][][]): Promise<LossyRun[]> {
  const pack = await openPack({ id: 'tiny', url: new URL('/models/tiny/', location.href).href });
  const models: MeasuredModel[] = [];
  try {
    for (const lossy of [{}, ...modes]) models.push(await MeasuredModel.open(pack, share, lossy));
    const [exact, ...others] = models as [MeasuredModel, ...MeasuredModel[]];
    const middle = Math.floor(others.length / 2);
    const turns = [...others.slice(0, middle), exact, ...others.slice(middle)];
    for (const [n, group] of groups.entries()) {
      const order = n % 2 === 0 ? turns : turns.toReversed();
      const decoded = new Map<MeasuredModel, DecodedToken[][]>();
      for (const model of order) decoded.set(model, await model.decode(group));
      for (const model of models) {
        group.forEach((ids, t) => {
          compare(model.comparison, ids, decoded.get(exact)?.[t] ?? [], decoded.get(model)?.[t] ?? []);
        });
      }
    }
    return models.map((model) => model.run());
  } finally {
    for (const model of models) await model.close();
    pack.close();
  }
}

class MeasuredModel {
  readonly comparison: Comparison = { nll: 0, predicted: 0, kl: 0, positions: 0, changedPicks: 0, picks: 0 };
  readonly #model: GpuModel;
  readonly #memory: PagingMemory;
  readonly #groupMs: number[] = [];
  #tokens = 0;

  private constructor(model: GpuModel, memory: PagingMemory) {
    this.#model = model;
    this.#memory = memory;
  }

  static async open({ manifest, reader }: OpenPack, share: number, lossy: LossyOptions): Promise<MeasuredModel> {
    const layout = packLayout(lossyConfig(manifest.config, lossy), manifest.formats);
    const { config } = layout;
    const slots = Math.round(share * config.nLayers * config.nExperts);
    // No RAM tier: it would hold the whole of so small a model, and a miss would cost next to nothing.
    const memory = pagingMemory(layout, reader, { ramBytes: 0 });
    const options = {
      budgetBytes: fixedBytes(layout, extentOf(config, CONTEXT)) + slots * slotBytes(layout),
      contextLength: CONTEXT,
      // The same kernels for all.
      kernelVariant: 'row',
      paging: { ramBytes: 0 },
      lossy,
    };
    const hooks = { onShaders: () => {}, onWeights: () => {}, onResidency: () => {} };
    return new MeasuredModel(await GpuModel.open(await openGpu(), layout, memory, options, hooks), memory);
  }

  /** Each text from an empty cache. */
  async decode(group: number[][]): Promise<DecodedToken[][]> {
    const { runner } = this.#model;
    const startedAt = performance.now();
    const texts: DecodedToken[][] = [];
    for (const ids of group) {
      const text: DecodedToken[] = [];
      for (const [position, token] of ids.entries()) {
        const { routes } = await runner.decode(position, { sampling: GREEDY, token });
        text.push({ picks: (routes[0] ?? []).map(({ experts }) => experts), logits: await runner.readLogits() });
      }
      texts.push(text);
      this.#tokens += ids.length;
    }
    this.#groupMs.push(performance.now() - startedAt);
    return texts;
  }

  run(): LossyRun {
    const { totals, policyName, prefetcher } = this.#memory;
    const before = noPaging({ nLayers: totals.layers.length });
    return {
      ...this.comparison,
      adapter: this.#model.gpu.adapterName,
      slots: this.#model.pager.slots.total,
      tokens: this.#tokens,
      groupMs: this.#groupMs,
      paging: pagingStats(totals, before, policyName, prefetcher?.on ?? false),
    };
  }

  async close(): Promise<void> {
    const { gpu, pager } = this.#model;
    await pager.quiesce();
    gpu.memory.destroyAll();
    gpu.device.destroy();
  }
}
