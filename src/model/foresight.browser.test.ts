import { afterAll, expect, it } from 'vitest';
import { testModel } from '../engine/testing';
import { Commands, readStaging } from '../gpu/commands';
import { openGpu } from '../gpu/device';
import { kernelVariants, type Variant } from '../gpu/kernels';
import { worstError } from '../gpu/kernels/testing';
import { packStep } from '../gpu/step';
import { USAGE } from '../gpu/usage';
import { slotBytes } from '../pack/footprint';
import { denseName, packLayout } from '../pack/layout';
import { attention } from '../reference/attention';
import { attentionOut } from '../reference/attention-out';
import { embed } from '../reference/embed';
import { foresee } from '../reference/foresee';
import { KvCache } from '../reference/kv-cache';
import { qkv } from '../reference/qkv';
import { softmax } from '../reference/softmax';
import { extentOf, planBuffers } from './buffers';
import { compileKernels } from './compile';
import { writeConstants } from './constants';
import { bufferOf, type Parts } from './dispatches';
import { gatherGates } from './foresight';
import { readForesight } from './routing';
import { Transformer } from './transformer';
import { DenseWeights } from './weights';

const gpu = await openGpu();
afterAll(() => {
  gpu.memory.destroyAll();
  gpu.device.destroy();
});

const TOKEN = 7;
const NONE = 0xffffffff;

it('a fault comes back with what the layers behind it would route by, as the twin has it', async () => {
  const { manifest, reader, weights } = await testModel('a');
  const { config } = manifest;
  const pack = packLayout(config, manifest.formats);
  const extent = extentOf(config, 32);
  const plans = planBuffers(config, extent);
  const created = await gpu.memory.create(plans.map(({ name, bytes, usage }) => ({ label: name, bytes, usage })));
  const buffers = new Map(plans.map(({ name }, i) => [name, created[i] as GPUBuffer]));
  const [variant] = kernelVariants(gpu) as [Variant];
  const kernels = await compileKernels(gpu, pack, extent, slotBytes(pack), variant, () => {});
  const dense = await DenseWeights.load(gpu, pack, reader, () => {});
  const parts: Parts = { pack, config, extent, kernels, variant, buffers, weights: dense };
  writeConstants(gpu, parts);
  gatherGates(gpu, config, dense, buffers.get('gates'));
  const transformer = new Transformer(parts);
  // All zeros: its expert adds nothing.
  const arena = await gpu.memory.createOne('arena', slotBytes(pack), USAGE.storage);
  transformer.setArenas(() => arena);
  const write = (name: string, words: Uint32Array<ArrayBuffer>) =>
    gpu.device.queue.writeBuffer(bufferOf(buffers, name), 0, words);

  const resident = new Uint32Array(config.nLayers * config.nExperts).fill(NONE);
  for (let fault = 0; fault < config.nLayers; fault++) {
    const step = transformer.decodeStep(0);
    write('slotOf', resident);
    write('step', packStep(step));
    write('state', Uint32Array.of(NONE, TOKEN));
    const commands = new Commands(gpu, 'decode');
    transformer.decode(commands, step.splits);
    const [state, staging] = [bufferOf(buffers, 'state'), bufferOf(buffers, 'stateStaging')];
    commands.copy(state, 0, staging, state.size);
    commands.submit();
    const got = await readStaging(gpu, staging, state.size, (data) => ({
      fault: new Uint32Array(data)[0],
      foresight: readForesight(config, data),
    }));
    expect(got.fault).toBe(fault);
    const expected = twin(fault);
    expect(got.foresight.length).toBe(expected.length);
    for (const [d, scores] of expected.entries())
      expect(worstError(got.foresight[d] as Float32Array, scores)).toBeLessThan(1e-3);
    resident.fill(0, fault * config.nExperts, (fault + 1) * config.nExperts);
  }

  /** Up to a layer's router, all experts adding nothing; then what is foreseen there. */
  function twin(layer: number): Float64Array[] {
    const tensor = (l: number, name: string) => weights.tensor(denseName(l + 1), name);
    const x = embed(weights.tensor(denseName(0), 'tok_embeddings'), config.dim, TOKEN);
    const cache = new KvCache(config, 'f16');
    for (let l = 0; l <= layer; l++) {
      const { q, k, v } = qkv(config, x, tensor(l, 'attention_norm'), tensor(l, 'wqkv'), 0);
      cache.store(l, 0, k, v);
      attentionOut(x, tensor(l, 'wo'), attention(config, q, cache.keys(l), cache.values(l), 0));
    }
    const layers = Array.from({ length: config.nLayers }, (_, l) => [...tensor(l, 'ffn_norm'), ...tensor(l, 'gate')]);
    return foresee(config, x, Float32Array.from(layers.flat()), layer, 2).map(softmax);
  }
});
