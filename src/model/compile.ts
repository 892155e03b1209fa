import type { Gpu } from '../gpu/device';
import type { Kernel } from '../gpu/kernel';
import { type Constants, compileKernel, KERNELS, type KernelName, type Variant } from '../gpu/kernels';
import { attentionHeads, modelConstants, PREFILL_TILE } from '../gpu/shape';
import { alignUp, type PackLayout, type RecordLayout } from '../pack/layout';
import type { Extent } from './buffers';

/** The kernels of a model. Some come twice: decode's embed reads its token from the state, its router stops at a fault; the final norm picks its rows. */
export type Kernels = Record<KernelName | 'embedDecode' | 'routerDecode' | 'finalNorm', Kernel>;

/** Compiles every kernel side by side, without blocking. `onProgress` gets the share that is done, 0..1. */
export async function compileKernels(
  gpu: Gpu,
  { config: c, experts }: PackLayout,
  extent: Extent,
  slotBytes: number,
  variant: Variant,
  onProgress: (share: number) => void,
): Promise<Kernels> {
  const shared = modelConstants(c, experts[0] as RecordLayout, slotBytes, extent.contextLength);
  const heads = c.nHeads * c.headDim;
  const own: Partial<Record<keyof Kernels, Constants>> = {
    embed: { ID_OFFSET: 0 },
    attention: { HEADS: attentionHeads(c, variant) },
    embedDecode: { ID_OFFSET: 1 },
    rmsnorm: { FINAL: false },
    finalNorm: { FINAL: true },
    router: { TOKENS: alignUp(extent.chunk, PREFILL_TILE), FAULTS: false },
    routerDecode: { TOKENS: 1, FAULTS: true },
    'qkv-prefill': { COLS: c.dim },
    'attention-out': { COLS: heads },
    'attention-out-prefill': { COLS: heads },
  };
  const files = {
    ...Object.fromEntries((Object.keys(KERNELS) as KernelName[]).map((name) => [name, name])),
    embedDecode: 'embed',
    routerDecode: 'router',
    finalNorm: 'rmsnorm',
  } as Record<keyof Kernels, KernelName>;
  const names = Object.keys(files) as (keyof Kernels)[];
  let done = 0;
  const compiled = await Promise.all(
    names.map(async (name) => {
      const kernel = await compileKernel(gpu, files[name], { ...shared, ...own[name] }, variant);
      onProgress(++done / names.length);
      return [name, kernel] as const;
    }),
  );
  return Object.fromEntries(compiled) as Kernels;
}
