import type { BufferRange, Dispatch } from '../gpu/kernel';
import { dispatchOf, type Variant } from '../gpu/kernels';
import { LAYER_BYTES, LAYER_STRIDE } from '../gpu/layer';
import { attentionHeads, matvecBlocks, PREFILL_TILE } from '../gpu/shape';
import { alignUp, type PackLayout, qkvRows } from '../pack/layout';
import { type Extent, foresightBytes, foresightOffset, routeStride, routeWords, STATE_HEADER_BYTES } from './buffers';
import type { Kernels } from './compile';
import type { ModelConfig } from './config';
import { foresightDepth } from './foresight';
import type { DenseWeights } from './weights';

/** What the dispatches are made of. */
export interface Parts {
  pack: PackLayout;
  config: ModelConfig;
  extent: Extent;
  kernels: Kernels;
  variant: Variant;
  /** By the names of `planBuffers`. */
  buffers: Map<string, GPUBuffer>;
  weights: DenseWeights;
}

export function bufferOf(buffers: Map<string, GPUBuffer>, name: string): GPUBuffer {
  const buffer = buffers.get(name);
  if (!buffer) throw new Error(`no buffer ${name}`);
  return buffer;
}

/** The state's own words, fault and token; the layers' routings lie behind them and are bound by themselves. */
const stateHeader = (p: Parts): BufferRange => ({
  buffer: bufferOf(p.buffers, 'state'),
  offset: 0,
  size: STATE_HEADER_BYTES,
});

/** A layer's routing within the decode state. */
export function decodeRoute(p: Parts, layer: number): BufferRange {
  const offset = STATE_HEADER_BYTES + layer * routeStride(p.config, 1);
  return { buffer: bufferOf(p.buffers, 'state'), offset, size: routeWords(p.config, 1) * 4 };
}

/** A layer's routing of a prefill batch. */
export function prefillRoute(p: Parts, layer: number): BufferRange {
  const tokens = alignUp(p.extent.chunk, PREFILL_TILE);
  return {
    buffer: bufferOf(p.buffers, 'routes'),
    offset: layer * routeStride(p.config, tokens),
    size: routeWords(p.config, tokens) * 4,
  };
}

const layerUniform = (p: Parts, layer: number): BufferRange => ({
  buffer: bufferOf(p.buffers, 'layers'),
  offset: layer * LAYER_STRIDE,
  size: LAYER_BYTES,
});

/** Those that read a layer's weights, in the formats that it has. */
function kernelsOf(p: Parts, layer: number): Kernels['layers'][number] {
  const kernels = p.kernels.layers[layer];
  if (!kernels) throw new Error(`no layer ${layer}`);
  return kernels;
}

/** The dispatches that no layer owns. `headRow` and the sampling settings come through uniforms. */
export function bindEnds(p: Parts) {
  const buf = (name: string) => bufferOf(p.buffers, name);
  const embed = { w: p.weights.embedding('q'), scale: p.weights.embedding('scale'), x: buf('x') };
  const state = stateHeader(p);
  const head = {
    state,
    xn: buf('xn'),
    w: p.weights.output('q'),
    scale: p.weights.output('scale'),
    logits: buf('logits'),
  };
  const { model } = p.kernels;
  return {
    embed: dispatchOf(model, 'embed', { ids: buf('ids'), ...embed }, [1]),
    embedDecode: dispatchOf({ embed: model.embedDecode }, 'embed', { ids: stateHeader(p), ...embed }, [1]),
    norm: dispatchOf(
      { rmsnorm: model.finalNorm },
      'rmsnorm',
      { state, x: buf('x'), norm: p.weights.finalNorm(), xn: buf('xn') },
      [1],
      buf('step'),
    ),
    head: dispatchOf(model, 'lm-head', head, [matvecBlocks(p.variant, p.config.vocabSize / 2)]),
    sample: dispatchOf(
      model,
      'sample',
      { logits: buf('logits'), counts: buf('counts'), step: stateHeader(p) },
      [1],
      buf('sampling'),
    ),
  };
}

/** What decode ends with: after a fault, the logits of the layers behind it. Null where no layer is. */
export function bindForesee(p: Parts): Dispatch | null {
  const depth = foresightDepth(p.config);
  if (depth === 0) return null;
  const buf = (name: string) => bufferOf(p.buffers, name);
  const foreseen = { buffer: buf('state'), offset: foresightOffset(p.config), size: foresightBytes(p.config) };
  const buffers = { state: stateHeader(p), x: buf('x'), gates: buf('gates'), foreseen };
  return dispatchOf(p.kernels.model, 'foresee', buffers, [depth]);
}

/** One layer of decode without its experts. Attention's grid depends on the position and is set at each step. */
export function bindDecodeLayer(p: Parts, layer: number) {
  const { config: c, weights } = p;
  const kernels = kernelsOf(p, layer);
  const buf = (name: string) => bufferOf(p.buffers, name);
  const w = (tensor: string) => ({
    w: weights.layer(layer, tensor, 'q'),
    scale: weights.layer(layer, tensor, 'scale'),
  });
  const [state, step] = [stateHeader(p), buf('step')];
  return {
    qkv: dispatchOf(
      kernels,
      'qkv',
      {
        state,
        x: buf('x'),
        norm: weights.layer(layer, 'attention_norm', 'values'),
        ...w('wqkv'),
        turns: buf('turns'),
        q: buf('q'),
        kv: buf(`kv${layer}`),
      },
      [matvecBlocks(p.variant, qkvRows(c) / 2)],
      step,
    ),
    ...bindAttention(p, layer),
    attentionOut: dispatchOf(kernels, 'attention-out', { state, a: buf('a'), ...w('wo'), x: buf('x') }, [
      matvecBlocks(p.variant, c.dim / 2),
    ]),
    router: bindRouter(p, layer, 'routerDecode', decodeRoute(p, layer)),
  };
}

/** One layer of prefill without its experts. Grids depend on the batch and are set at each step. */
export function bindPrefillLayer(p: Parts, layer: number) {
  const { weights } = p;
  const { model } = p.kernels;
  const kernels = kernelsOf(p, layer);
  const buf = (name: string) => bufferOf(p.buffers, name);
  const w = (tensor: string) => ({
    w: weights.layer(layer, tensor, 'q'),
    scale: weights.layer(layer, tensor, 'scale'),
  });
  const step = buf('step');
  return {
    norm: dispatchOf(
      model,
      'rmsnorm',
      { state: stateHeader(p), x: buf('x'), norm: weights.layer(layer, 'attention_norm', 'values'), xn: buf('xn') },
      [1],
      step,
    ),
    qkv: dispatchOf(
      kernels,
      'qkv-prefill',
      { xn: buf('xn'), ...w('wqkv'), turns: buf('turns'), q: buf('q'), kv: buf(`kv${layer}`) },
      [1],
      step,
    ),
    ...bindAttention(p, layer),
    attentionOut: dispatchOf(kernels, 'attention-out-prefill', { a: buf('a'), ...w('wo'), x: buf('x') }, [1], step),
    router: bindRouter(p, layer, 'router', prefillRoute(p, layer)),
    group: dispatchOf(model, 'expert-group', { route: prefillRoute(p, layer), order: buf('order') }, [1], step),
    combine: dispatchOf(model, 'combine', { y: buf('y'), route: prefillRoute(p, layer), x: buf('x') }, [1]),
  };
}

function bindAttention(p: Parts, layer: number) {
  const buf = (name: string) => bufferOf(p.buffers, name);
  const [state, step, kv, partial] = [stateHeader(p), buf('step'), buf(`kv${layer}`), buf('partial')];
  return {
    attention: dispatchOf(
      p.kernels.model,
      'attention',
      { state, q: buf('q'), kv, partial },
      [Math.ceil(p.config.nHeads / attentionHeads(p.config, p.variant))],
      step,
    ),
    attentionReduce: dispatchOf(
      p.kernels.model,
      'attention-reduce',
      { state, partial, out: buf('a') },
      [p.config.nHeads],
      step,
    ),
  };
}

function bindRouter(p: Parts, layer: number, kernel: 'router' | 'routerDecode', route: BufferRange): Dispatch {
  const buf = (name: string) => bufferOf(p.buffers, name);
  const buffers = {
    x: buf('x'),
    norm: p.weights.layer(layer, 'ffn_norm', 'values'),
    gate: p.weights.layer(layer, 'gate', 'values'),
    slot_of: buf('slotOf'),
    xn: buf('xn'),
    route,
    state: stateHeader(p),
    layer: layerUniform(p, layer),
  };
  return dispatchOf({ router: p.kernels.model[kernel] }, 'router', buffers, [1], buf('lossy'));
}

/** One layer's experts, which lie in `arena`. Bound again when the budget changes. */
export function bindExperts(p: Parts, layer: number, arena: GPUBuffer) {
  const { config: c } = p;
  const kernels = kernelsOf(p, layer);
  const buf = (name: string) => bufferOf(p.buffers, name);
  const [state, step, h, order] = [stateHeader(p), buf('step'), buf('h'), buf('order')];
  const route = decodeRoute(p, layer);
  const places = { order, slot_of: buf('slotOf'), arena, layer: layerUniform(p, layer) };
  return {
    up: dispatchOf(kernels, 'expert-up', { state, route, xn: buf('xn'), w: arena, scale: arena, h }, [
      matvecBlocks(p.variant, c.hiddenDim),
      c.topK,
    ]),
    down: dispatchOf(kernels, 'expert-down', { state, route, h, w: arena, scale: arena, x: buf('x') }, [
      matvecBlocks(p.variant, c.dim / 2),
    ]),
    upPrefill: dispatchOf(
      kernels,
      'expert-up-prefill',
      { xn: buf('xn'), h, ...places },
      [c.hiddenDim / PREFILL_TILE],
      step,
    ),
    downPrefill: dispatchOf(
      kernels,
      'expert-down-prefill',
      { h, route: prefillRoute(p, layer), y: buf('y'), ...places },
      [c.dim / PREFILL_TILE],
      step,
    ),
  };
}
