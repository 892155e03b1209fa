import { describe, expect, it } from 'vitest';
import { parseHfConfig } from '../model/config';
import { uniformFormats } from '../pack/formats';
import { packLayout, type RecordLayout } from '../pack/layout';
import { KERNELS, type KernelName } from './kernels';
import attention from './kernels/attention.wgsl?raw';
import attentionDirect from './kernels/attention-direct.wgsl?raw';
import common from './kernels/prelude/common.wgsl?raw';
import { LOSSY_BYTES, LOSSY_FIELDS, packLossy } from './kernels/router';
import router from './kernels/router.wgsl?raw';
import { LAYER_BYTES, LAYER_FIELDS, LAYER_STRIDE, packLayers } from './layer';
import { expertConstants } from './shape';
import { packStep, STEP_BYTES, STEP_FIELDS } from './step';

/** Every kernel's own file, and the bindings that the catalogue gives it. Attention's file comes from the variant. */
const files = (Object.keys(KERNELS) as KernelName[]).flatMap((name) => {
  const own = name === 'attention' ? [attention, attentionDirect] : [KERNELS[name].code.at(-1) ?? ''];
  return own.map((code) => ({ name, code, bindings: [...KERNELS[name].bindings] }));
});

/** Fields of a WGSL struct, in order. */
function fieldsOf(code: string, struct: string): string[] {
  const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(code)?.[1] ?? '';
  return [...body.matchAll(/^\s*(\w+): [uf]32,/gm)].map(([, field]) => field ?? '');
}

describe.each(files)('$name', ({ name, code, bindings }) => {
  it('declares the bindings of group 0 that the catalogue names, in that order', () => {
    const declared = [...code.matchAll(/@group\(0\)\s*@binding\((\d+)\)\s*var<[^>]+>\s*(\w+)/g)];
    const inOrder = declared.sort((a, b) => Number(a[1]) - Number(b[1])).map(([, , variable]) => variable);
    expect(inOrder).toEqual(bindings);
  });

  it('binds at most the 8 storage buffers that every device grants', () => {
    expect([...code.matchAll(/var<storage/g)].length).toBeLessThanOrEqual(8);
  });

  it('opens with its name and is of one page', () => {
    expect(code).toMatch(new RegExp(`^// ${name}\\b`));
    expect(code.split('\n').length).toBeLessThan(220);
  });
});

it('packs struct Step as the shaders read it', () => {
  expect(fieldsOf(common, 'Step')).toEqual([...STEP_FIELDS]);
  const step = packStep({ position: 1, tokens: 2, splitLength: 3, splits: 4, experts: (6n << 32n) | 5n, headRow: 7 });
  expect([...step]).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
  expect(step.byteLength).toBe(STEP_BYTES);
});

it('packs struct Layer as the shaders read it, no expert excluded where none is named', () => {
  expect(fieldsOf(common, 'Layer')).toEqual([...LAYER_FIELDS]);
  const at = (words: Uint32Array, layer: number) =>
    [...words.subarray((layer * LAYER_STRIDE) / 4)].slice(0, LAYER_BYTES / 4);
  const all = packLayers({ nLayers: 2, nExperts: 40 });
  expect([at(all, 0), at(all, 1)]).toEqual([
    [0, 0, 0],
    [1, 0, 0],
  ]);
  const but = (...ids: number[]) => Array.from({ length: 40 }, (_, e) => e).filter((e) => !ids.includes(e));
  const some = packLayers({ nLayers: 2, nExperts: 40 }, [but(0, 31, 33), but(2, 39)]);
  expect([at(some, 0), at(some, 1)]).toEqual([
    [0, 0x80000001, 2],
    [1, 4, 0x80],
  ]);
  expect(some.byteLength).toBe(2 * LAYER_STRIDE);
});

it('packs struct Lossy as the router reads it, zeros where nothing is set', () => {
  expect(fieldsOf(router, 'Lossy')).toEqual([...LOSSY_FIELDS]);
  expect([...packLossy({ residentMargin: 2, skipBelow: 0.25 })]).toEqual([2, 0.25]);
  expect([...packLossy({})]).toEqual([0, 0]);
  expect(packLossy({ residentMargin: Number.POSITIVE_INFINITY }).every(Number.isFinite)).toBe(true);
  expect(packLossy({}).byteLength).toBe(LOSSY_BYTES);
});

it('gives the experts planes at the offsets of the record layout', () => {
  const config = parseHfConfig({
    hidden_size: 64,
    intermediate_size: 96,
    num_attention_heads: 2,
    num_hidden_layers: 1,
    num_local_experts: 4,
    vocab_size: 64,
  });
  const layout = packLayout(config, uniformFormats(config, 'q4')).experts[0] as RecordLayout;
  const constants = expertConstants(layout, layout.bytes);
  const offsets = ['W1_Q', 'W3_Q', 'W2_Q', 'W1_SCALE', 'W3_SCALE', 'W2_SCALE'].map((name) => constants[name]);
  expect(offsets).toEqual([0, 3072, 6144, 9216, 9728, 10240]);
});
