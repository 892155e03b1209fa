import { afterAll, describe, expect, it } from 'vitest';
import { type Constants, KERNELS, type KernelName, type Variant } from '../kernels';
import { Bench, type BuffersOf, NO_FAULT, NO_STEP } from './testing';
import { constantsOf, testConfig } from './testing-data';

/** After a fault the rest of a decode submit must change nothing but its foresight, so that the token can go on where it stopped. The sampler's test is its own. */
const bench = await Bench.open();
afterAll(() => bench.close());

const readers = (Object.keys(KERNELS) as KernelName[]).filter(
  (name) => name !== 'foresee' && KERNELS[name].bindings.some((binding) => binding === 'state'),
);

/** Zeros and small numbers in their uniform will do. */
const TAKE_UNIFORM = new Set<KernelName>(['qkv', 'attention', 'attention-reduce', 'rmsnorm', 'router']);

type Buffers = BuffersOf<KernelName>;

/** Small numbers as f32, ones as f16: whatever a kernel takes them for, it has something to write. */
const FILL = 0x3c003c00;

/** Bindings that hold something else afterwards. */
async function changed(name: KernelName, variant: Variant, fault: number): Promise<string[]> {
  const c = testConfig({ nExperts: 4 });
  const constants: Constants = { ...constantsOf(c), HEADS: 1, COLS: c.dim, FINAL: false, TOKENS: 1, FAULTS: true };
  const { bindings } = KERNELS[name];
  const before = Object.fromEntries(bindings.map((binding) => [binding, new Uint32Array(8192).fill(FILL)])) as Buffers;
  before.state[0] = fault;
  const after: Buffers = await bench.run(name, variant, {
    constants,
    buffers: before,
    grid: [1],
    step: TAKE_UNIFORM.has(name) ? NO_STEP : undefined,
    format: 'q4',
  });
  return bindings.filter((binding) => after[binding].some((word, i) => word !== before[binding][i]));
}

describe.each(bench.variants('matvec'))('variant $name', (variant) => {
  it.each(readers)('%s leaves all as it is after a fault', async (name) => {
    expect(await changed(name, variant, 0)).toEqual([]);
    expect(await changed(name, variant, NO_FAULT)).not.toEqual([]);
  });

  it('foresee writes its logits after a fault alone', async () => {
    expect(await changed('foresee', variant, 0)).toEqual(['foreseen']);
    expect(await changed('foresee', variant, NO_FAULT)).toEqual([]);
  });
});
