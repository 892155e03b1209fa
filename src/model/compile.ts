import type { Gpu } from '../gpu/device';
import type { Kernel } from '../gpu/kernel';
import { type Constants, compileKernel, type KernelName, type Variant } from '../gpu/kernels';
import { attentionHeads, expertConstants, modelConstants, PREFILL_TILE } from '../gpu/shape';
import type { LayerFormats, MatrixFormat } from '../pack/formats';
import { alignUp, type PackLayout, type RecordLayout } from '../pack/layout';
import type { Extent } from './buffers';

/** Kernels that read a layer's weights, with the matrix that they read. */
const LAYER_KERNELS = {
  qkv: 'wqkv',
  'qkv-prefill': 'wqkv',
  'attention-out': 'wo',
  'attention-out-prefill': 'wo',
  'expert-up': 'up',
  'expert-up-prefill': 'up',
  'expert-down': 'down',
  'expert-down-prefill': 'down',
} as const satisfies Partial<Record<KernelName, keyof LayerFormats>>;

type LayerKernelName = keyof typeof LAYER_KERNELS;
/** Compiled only where they are used (stand-ins.ts). */
type StandInKernelName = 'stand-in-make' | 'stand-in-expand';
type ModelKernelName =
  | Exclude<KernelName, LayerKernelName | StandInKernelName>
  | 'embedDecode'
  | 'routerDecode'
  | 'finalNorm';

export interface Kernels {
  /** One for all layers. Some come twice: decode's embed reads its token from the state, its router stops at a fault; the final norm picks its rows. */
  model: Record<ModelKernelName, Kernel>;
  /** By layer, as a layer's weights have formats of their own. Layers of equal formats share them. */
  layers: Record<LayerKernelName, Kernel>[];
}

/** Compiles every kernel side by side, without blocking. `onProgress` gets the share that is done, 0..1. */
export async function compileKernels(
  gpu: Gpu,
  { config: c, formats, experts }: PackLayout,
  extent: Extent,
  slotBytes: number,
  variant: Variant,
  onProgress: (share: number) => void,
): Promise<Kernels> {
  const shared = modelConstants(c, extent.contextLength);
  const compiled = new Map<string, Promise<Kernel>>();
  let done = 0;
  const compile = (name: KernelName, own: Constants = {}, format?: MatrixFormat): Promise<Kernel> => {
    const key = JSON.stringify([name, own, format]);
    const known = compiled.get(key);
    if (known) return known;
    const kernel = compileKernel(gpu, name, { ...shared, ...own }, variant, format).then((ready) => {
      onProgress(++done / compiled.size);
      return ready;
    });
    compiled.set(key, kernel);
    return kernel;
  };
  const model: Record<ModelKernelName, Promise<Kernel>> = {
    embed: compile('embed', { ID_OFFSET: 0 }, formats.embedding),
    embedDecode: compile('embed', { ID_OFFSET: 1 }, formats.embedding),
    rmsnorm: compile('rmsnorm', { FINAL: false }),
    finalNorm: compile('rmsnorm', { FINAL: true }),
    attention: compile('attention', { HEADS: attentionHeads(c, variant) }),
    'attention-reduce': compile('attention-reduce'),
    router: compile('router', { TOKENS: alignUp(extent.chunk, PREFILL_TILE), FAULTS: false }),
    routerDecode: compile('router', { TOKENS: 1, FAULTS: true }),
    foresee: compile('foresee'),
    'expert-group': compile('expert-group'),
    combine: compile('combine'),
    'lm-head': compile('lm-head', {}, formats.output),
    sample: compile('sample'),
  };
  const columns = { wqkv: c.dim, wo: c.nHeads * c.headDim };
  const layers = formats.layers.map((layer, l) => {
    const slot = expertConstants(experts[l] as RecordLayout, slotBytes);
    return mapValues(LAYER_KERNELS, (matrix, name) =>
      compile(name, matrix === 'wqkv' || matrix === 'wo' ? { COLS: columns[matrix] } : slot, layer[matrix]),
    );
  });
  const [ofModel, ofLayers] = await Promise.all([settled(model), Promise.all(layers.map(settled))]);
  return { model: ofModel, layers: ofLayers };
}

function mapValues<K extends string, V, R>(record: Record<K, V>, of: (value: V, key: K) => R): Record<K, R> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, of(value, key as K)])) as Record<
    K,
    R
  >;
}

async function settled<K extends string, V>(record: Record<K, Promise<V>>): Promise<Record<K, V>> {
  const entries = Object.entries<Promise<V>>(record).map(async ([key, value]) => [key, await value] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<K, V>;
}
