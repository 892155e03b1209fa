import type { MatrixFormat } from '../pack/formats';
import type { Gpu } from './device';
import { type BufferRange, type Dispatch, Kernel } from './kernel';
import attentionShared from './kernels/attention.wgsl?raw';
import attentionDirect from './kernels/attention-direct.wgsl?raw';
import attentionOut from './kernels/attention-out.wgsl?raw';
import attentionOutPrefill from './kernels/attention-out-prefill.wgsl?raw';
import attentionReduce from './kernels/attention-reduce.wgsl?raw';
import combine from './kernels/combine.wgsl?raw';
import embed from './kernels/embed.wgsl?raw';
import expertDown from './kernels/expert-down.wgsl?raw';
import expertDownPrefill from './kernels/expert-down-prefill.wgsl?raw';
import expertGroup from './kernels/expert-group.wgsl?raw';
import expertUp from './kernels/expert-up.wgsl?raw';
import expertUpPrefill from './kernels/expert-up-prefill.wgsl?raw';
import foresee from './kernels/foresee.wgsl?raw';
import lmHead from './kernels/lm-head.wgsl?raw';
import bytes from './kernels/prelude/bytes.wgsl?raw';
import common from './kernels/prelude/common.wgsl?raw';
import denseMatvec from './kernels/prelude/dense-matvec.wgsl?raw';
import dots from './kernels/prelude/dots.wgsl?raw';
import dotsNibbles from './kernels/prelude/dots-nibbles.wgsl?raw';
import dotsQ4 from './kernels/prelude/dots-q4.wgsl?raw';
import dotsQ4a from './kernels/prelude/dots-q4a.wgsl?raw';
import dotsQ6 from './kernels/prelude/dots-q6.wgsl?raw';
import dotsQ6a from './kernels/prelude/dots-q6a.wgsl?raw';
import dotsQ8 from './kernels/prelude/dots-q8.wgsl?raw';
import dotsQ8a from './kernels/prelude/dots-q8a.wgsl?raw';
import dotsSixBits from './kernels/prelude/dots-six-bits.wgsl?raw';
import expert from './kernels/prelude/expert.wgsl?raw';
import gate from './kernels/prelude/gate.wgsl?raw';
import lanesSubgroup from './kernels/prelude/lanes-subgroup.wgsl?raw';
import lanesWorkgroup from './kernels/prelude/lanes-workgroup.wgsl?raw';
import matrix from './kernels/prelude/matrix.wgsl?raw';
import matrixDense from './kernels/prelude/matrix-dense.wgsl?raw';
import nibbles from './kernels/prelude/nibbles.wgsl?raw';
import norm from './kernels/prelude/norm.wgsl?raw';
import rope from './kernels/prelude/rope.wgsl?raw';
import rowNorm from './kernels/prelude/row-norm.wgsl?raw';
import sixBits from './kernels/prelude/six-bits.wgsl?raw';
import standIn from './kernels/prelude/stand-in.wgsl?raw';
import storeQkv from './kernels/prelude/store-qkv.wgsl?raw';
import tile from './kernels/prelude/tile.wgsl?raw';
import tileDense from './kernels/prelude/tile-dense.wgsl?raw';
import tileDirect from './kernels/prelude/tile-direct.wgsl?raw';
import tileExpert from './kernels/prelude/tile-expert.wgsl?raw';
import tileShared from './kernels/prelude/tile-shared.wgsl?raw';
import weightsQ4 from './kernels/prelude/weights-q4.wgsl?raw';
import weightsQ4a from './kernels/prelude/weights-q4a.wgsl?raw';
import weightsQ6 from './kernels/prelude/weights-q6.wgsl?raw';
import weightsQ6a from './kernels/prelude/weights-q6a.wgsl?raw';
import weightsQ8 from './kernels/prelude/weights-q8.wgsl?raw';
import weightsQ8a from './kernels/prelude/weights-q8a.wgsl?raw';
import weightsSixBits from './kernels/prelude/weights-six-bits.wgsl?raw';
import qkv from './kernels/qkv.wgsl?raw';
import qkvPrefill from './kernels/qkv-prefill.wgsl?raw';
import rmsnorm from './kernels/rmsnorm.wgsl?raw';
import router from './kernels/router.wgsl?raw';
import sample from './kernels/sample.wgsl?raw';
import standInExpand from './kernels/stand-in-expand.wgsl?raw';
import standInMake from './kernels/stand-in-make.wgsl?raw';

interface Definition {
  /** Preludes, then the kernel's own file. */
  code: readonly string[];
  /** Names of group 0's bindings, in order; `src/gpu/kernels.test.ts` holds them against the WGSL. */
  bindings: readonly string[];
  /** What of a {@link Variant} the kernel takes: how a matvec's threads share rows, how a tile is multiplied, or attention's own file. */
  takes?: 'matvec' | 'tile' | 'attention';
  /** How the kernel reads its weights, whose format then is part of its code: the dots of two groups, or four weights. */
  reads?: keyof FormatCode;
}

interface FormatCode {
  dots: readonly string[];
  weights: readonly string[];
}

/** All that knows how a format's bits lie. */
const FORMATS: Record<MatrixFormat, FormatCode> = {
  q4: { dots: [dots, nibbles, dotsNibbles, dotsQ4], weights: [matrix, nibbles, weightsQ4] },
  q4a: { dots: [dots, nibbles, dotsNibbles, dotsQ4a], weights: [matrix, nibbles, weightsQ4a] },
  q6: { dots: [dots, sixBits, dotsSixBits, dotsQ6], weights: [matrix, sixBits, weightsSixBits, weightsQ6] },
  q6a: { dots: [dots, sixBits, dotsSixBits, dotsQ6a], weights: [matrix, sixBits, weightsSixBits, weightsQ6a] },
  q8: { dots: [dots, bytes, dotsQ8], weights: [matrix, bytes, weightsQ8] },
  q8a: { dots: [dots, bytes, dotsQ8a], weights: [matrix, bytes, weightsQ8a] },
};

/** Every kernel of the engine: one file each in kernels/, joined with the preludes it uses. */
export const KERNELS = {
  embed: {
    code: [common, matrixDense, embed],
    bindings: ['ids', 'w', 'scale', 'x'],
    reads: 'weights',
  },
  qkv: {
    code: [common, norm, rope, storeQkv, denseMatvec, qkv],
    bindings: ['state', 'x', 'norm', 'w', 'scale', 'turns', 'q', 'kv'],
    takes: 'matvec',
    reads: 'dots',
  },
  attention: { code: [common], bindings: ['state', 'q', 'kv', 'partial'], takes: 'attention' },
  'attention-reduce': { code: [common, attentionReduce], bindings: ['state', 'partial', 'out'] },
  'attention-out': {
    code: [common, denseMatvec, attentionOut],
    bindings: ['state', 'a', 'w', 'scale', 'x'],
    takes: 'matvec',
    reads: 'dots',
  },
  router: {
    code: [common, norm, rowNorm, gate, router],
    bindings: ['x', 'norm', 'gate', 'slot_of', 'xn', 'route', 'state', 'layer'],
  },
  foresee: { code: [common, norm, rowNorm, gate, foresee], bindings: ['state', 'x', 'gates', 'foreseen'] },
  'expert-up': {
    code: [common, expert, expertUp],
    bindings: ['state', 'route', 'xn', 'w', 'scale', 'h'],
    takes: 'matvec',
    reads: 'dots',
  },
  'expert-down': {
    code: [common, expert, expertDown],
    bindings: ['state', 'route', 'h', 'w', 'scale', 'x'],
    takes: 'matvec',
    reads: 'dots',
  },
  'lm-head': {
    code: [common, denseMatvec, lmHead],
    bindings: ['state', 'xn', 'w', 'scale', 'logits'],
    takes: 'matvec',
    reads: 'dots',
  },
  sample: { code: [sample], bindings: ['logits', 'counts', 'step'] },
  rmsnorm: { code: [common, norm, rowNorm, rmsnorm], bindings: ['state', 'x', 'norm', 'xn'] },
  'qkv-prefill': {
    code: [common, rope, storeQkv, tile, matrixDense, tileDense, qkvPrefill],
    bindings: ['xn', 'w', 'scale', 'turns', 'q', 'kv'],
    takes: 'tile',
    reads: 'weights',
  },
  'attention-out-prefill': {
    code: [common, tile, matrixDense, tileDense, attentionOutPrefill],
    bindings: ['a', 'w', 'scale', 'x'],
    takes: 'tile',
    reads: 'weights',
  },
  'expert-group': { code: [common, expertGroup], bindings: ['route', 'order'] },
  'expert-up-prefill': {
    code: [common, expert, tile, tileExpert, expertUpPrefill],
    bindings: ['xn', 'order', 'slot_of', 'arena', 'h', 'layer'],
    takes: 'tile',
    reads: 'weights',
  },
  'expert-down-prefill': {
    code: [common, expert, tile, tileExpert, expertDownPrefill],
    bindings: ['h', 'route', 'order', 'slot_of', 'arena', 'y', 'layer'],
    takes: 'tile',
    reads: 'weights',
  },
  'stand-in-make': { code: [expert, standIn, standInMake], bindings: ['expert', 'copy'] },
  'stand-in-expand': { code: [expert, standIn, standInExpand], bindings: ['copy', 'expert'] },
  combine: { code: [common, combine], bindings: ['y', 'route', 'x'] },
} as const satisfies Record<string, Definition>;

export type KernelName = keyof typeof KERNELS;
type Buffers<N extends KernelName> = Record<(typeof KERNELS)[N]['bindings'][number], BufferRange>;

/** How the hot kernels are shaped for an adapter. In a matvec `lanes` threads of a workgroup share a pair of rows. */
export interface Variant {
  name: string;
  workgroup: number;
  lanes: number;
  matvec: string;
  tile: string;
  attention: string;
  /** Positions that one attention workgroup covers in decode. */
  splitLength: number;
  /** Whether an attention workgroup serves q heads of one KV head only, reading its cache once for all of them. */
  sharesCache: boolean;
}

/** For CPUs: no workgroup memory and no barriers. */
const direct = { tile: tileDirect, attention: attentionDirect, splitLength: 64, sharesCache: false };

/** For GPUs: tiles staged in workgroup memory, neighbouring threads reading neighbouring words. */
const staged = { tile: tileShared, attention: attentionShared, splitLength: 256, sharesCache: true };

/** From a CPU's favourite, one thread a pair of rows, to a GPU's: many lanes that read neighbouring groups. */
export function kernelVariants(gpu: Gpu): Variant[] {
  const variants = [
    { name: 'row', workgroup: 32, lanes: 1, matvec: lanesWorkgroup, ...direct },
    { name: 'lanes8', workgroup: 64, lanes: 8, matvec: lanesWorkgroup, ...staged },
    { name: 'lanes32', workgroup: 128, lanes: 32, matvec: lanesWorkgroup, ...staged },
  ];
  if (gpu.hasSubgroups && gpu.subgroupSize >= 4) {
    variants.push({ name: 'subgroup', workgroup: 128, lanes: gpu.subgroupSize, matvec: lanesSubgroup, ...staged });
  }
  return variants;
}

/** Values of the WGSL `override`s, by their name there. */
export type Constants = Record<string, number | boolean>;

/** Compiles a kernel in a variant and, where it reads weights, for their format, with those of the constants that its code declares. */
export function compileKernel(
  gpu: Gpu,
  name: KernelName,
  constants: Constants,
  variant: Variant,
  format?: MatrixFormat,
): Promise<Kernel> {
  const { code, takes, reads }: Definition = KERNELS[name];
  if (reads && !format) throw new Error(`kernel ${name}: reads weights of no format`);
  const parts = [
    ...(takes === 'matvec' ? [variant.matvec] : []),
    ...code,
    ...(reads && format ? FORMATS[format][reads] : []),
    ...(takes && takes !== 'matvec' ? [variant[takes]] : []),
  ];
  const shape: Constants =
    takes === 'matvec' ? { WG: variant.workgroup, LANES: variant.lanes } : { ROW_WG: variant.workgroup };
  const all = { ...constants, ...shape };
  const values: Constants = {};
  for (const [, declared = '', fallback] of parts.join('\n').matchAll(/^override (\w+): \w+( =[^;]+)?;/gm)) {
    const value = all[declared];
    if (value !== undefined) values[declared] = value;
    else if (!fallback) throw new Error(`kernel ${name}: override ${declared} has no value`);
  }
  return Kernel.compile(gpu, { name, code: parts, constants: values });
}

/** Binds a kernel's buffers by name. */
export function dispatchOf<N extends KernelName>(
  kernels: Record<N, Kernel>,
  name: N,
  buffers: Buffers<N>,
  grid: Dispatch['grid'],
  uniform?: BufferRange,
): Dispatch {
  const kernel = kernels[name];
  const ranges = KERNELS[name].bindings.map((binding) => buffers[binding as keyof Buffers<N>]);
  return { kernel, groups: kernel.bind(ranges, uniform), grid };
}
