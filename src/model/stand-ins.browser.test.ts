import { afterAll, expect, it } from 'vitest';
import { Commands, readStaging } from '../gpu/commands';
import { openGpu } from '../gpu/device';
import { Random, testConfig } from '../gpu/kernels/testing-data';
import { USAGE } from '../gpu/usage';
import { slotBytes } from '../pack/footprint';
import { uniformFormats } from '../pack/formats';
import { type PackLayout, packLayout, partOf, plane, type RecordLayout } from '../pack/layout';
import { expandStandIn, makeStandIn } from '../reference/stand-in';
import { StandIns, standInBytes } from './stand-ins';

const gpu = await openGpu();
afterAll(() => {
  gpu.memory.destroyAll();
  gpu.device.destroy();
});

const config = testConfig({ dim: 64, hiddenDim: 96, nExperts: 4 });
const pack = packLayout(config, uniformFormats(config, 'q4'));
const layout = pack.experts[0] as RecordLayout;
const TENSORS = ['w1', 'w3', 'w2'];

function randomExpert(random: Random): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(slotBytes(pack));
  for (const tensor of TENSORS) {
    const part = partOf(layout, tensor);
    const [rows = 0, cols = 0] = part.shape;
    const { w, scale } = random.matrix('q4', rows, cols);
    plane(part, 'q', record, Uint32Array).set(w);
    plane(part, 'scale', record, Uint32Array).set(scale);
  }
  return record;
}

/** As the twin has it, each scale of a make as the GPU rounded it. */
function expectStandIn(got: Uint8Array<ArrayBuffer>, original: Uint8Array<ArrayBuffer>): void {
  for (const tensor of TENSORS) {
    const of = (record: Uint8Array<ArrayBuffer>) => ({
      codes: plane(partOf(layout, tensor), 'q', record, Uint8Array),
      scales: plane(partOf(layout, tensor), 'scale', record, Uint16Array),
    });
    const expected = expandStandIn(makeStandIn(of(original)));
    expect(of(got).codes).toEqual(expected.codes);
    for (const [g, bits] of of(got).scales.entries())
      expect(Math.abs(bits - (expected.scales[g] as number))).toBeLessThanOrEqual(1);
  }
}

it('stand-ins come back into any slot, as far as there is room for them', async () => {
  const before = gpu.memory.bytes;
  const random = new Random(5);
  const experts = [randomExpert(random), randomExpert(random), randomExpert(random)];
  const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
  const arena = await gpu.memory.createOne('arena', 3 * slotBytes(pack), usage);
  const staging = await gpu.memory.createOne('staging', slotBytes(pack), USAGE.mapRead | USAGE.copyTarget);
  const read = async (slot: number) => {
    const commands = new Commands(gpu, 'read');
    commands.copy(arena, slot * slotBytes(pack), staging, slotBytes(pack));
    commands.submit();
    return readStaging(gpu, staging, slotBytes(pack), (data) => new Uint8Array(data.slice(0)));
  };
  for (const [slot, record] of experts.entries()) gpu.device.queue.writeBuffer(arena, slot * slotBytes(pack), record);

  const standIns = await StandIns.open(gpu, pack, 2);
  expect(gpu.memory.bytes).toBe(before + 4 * slotBytes(pack) + 2 * standInBytes(pack));
  const commands = new Commands(gpu, 'make');
  // Keys are no slots: experts 10 and 11 of slots 0 and 1. There is no room for a third.
  expect([0, 1, 2].map((slot) => standIns.make(commands, 10 + slot, { arena, slot }))).toEqual([true, true, false]);
  expect([10, 11, 12].map((key) => standIns.has(key))).toEqual([true, true, false]);
  // In the same submit: slot 0 gets the other one's, and the one behind it stays.
  standIns.expand(commands, 11, { arena, slot: 0 });
  commands.submit();
  expectStandIn(await read(0), experts[1] as Uint8Array<ArrayBuffer>);
  expect(await read(1)).toEqual(experts[1]);

  await standIns.resize(3);
  const more = new Commands(gpu, 'more');
  // One that there is already is not made anew from what lies in the slot now.
  expect(standIns.make(more, 10, { arena, slot: 2 })).toBe(true);
  expect(standIns.make(more, 12, { arena, slot: 2 })).toBe(true);
  standIns.expand(more, 10, { arena, slot: 1 });
  standIns.expand(more, 12, { arena, slot: 0 });
  more.submit();
  expectStandIn(await read(1), experts[0] as Uint8Array<ArrayBuffer>);
  expectStandIn(await read(0), experts[2] as Uint8Array<ArrayBuffer>);

  await standIns.resize(1);
  expect([10, 11, 12].map((key) => standIns.has(key))).toEqual([true, false, false]);
  expect([standIns.capacity, standIns.bytes]).toEqual([1, standInBytes(pack)]);
  expect(() => standIns.expand(new Commands(gpu, 'none'), 11, { arena, slot: 0 })).toThrow('not made');
  await standIns.resize(0);
  for (const buffer of [arena, staging]) gpu.memory.free(buffer);
  expect(gpu.memory.bytes).toBe(before);
});

it('only experts in q4 have stand-ins', async () => {
  const mixed: PackLayout = packLayout(config, uniformFormats(config, 'q8'));
  await expect(StandIns.open(gpu, mixed, 1)).rejects.toMatchObject({ code: 'request-invalid' });
  expect(standInBytes(pack)).toBe((3 * 64 * 96 * 2.5) / 8);
});
