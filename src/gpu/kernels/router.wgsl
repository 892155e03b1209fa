// router: xn = rmsnorm(x); logits = gate * xn; the TOP_K highest are picked (ties: the lower id), their weights are the softmax over the picked
// logits; the page table says where they are. A pick without a slot is a fault: this layer's number goes to state[0] and every later kernel returns.
//   x: [tokens, dim] f32; norm: [dim] f32; gate: [n_experts, dim] f32; slot_of: [n_layers, n_experts] u32; xn: [tokens, dim] f32
//   route: [TOKENS, TOP_K, 3] u32 (expert, slot, weight bits), then [TOKENS, n_experts] u32 (logit bits)
// One workgroup a token. In prefill (FAULTS false) the experts are paged in after the router, so a missing slot is no fault.
override DIM: u32;
override N_EXPERTS: u32;
override TOP_K: u32;
override TOKENS: u32;
override EPS: f32;
override FAULTS: bool;
override ROW_WG: u32;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> norm: array<vec4f>;
@group(0) @binding(2) var<storage, read> gate: array<vec4f>;
@group(0) @binding(3) var<storage, read> slot_of: array<u32>;
@group(0) @binding(4) var<storage, read_write> xn: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> route: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<uniform> layer: Layer;

var<workgroup> fault: u32;

fn norm_of(i: u32) -> vec4f {
  return norm[i];
}

fn gate_of(i: u32) -> vec4f {
  return gate[i];
}

@compute @workgroup_size(ROW_WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (local == 0u) {
    fault = state[0];
  }
  if (workgroupUniformLoad(&fault) != NONE) {
    return;
  }
  let quads = DIM / 4u;
  let row = group.x * quads;
  let rms = inverse_rms(sum_of_squares(row, local));
  for (var i = local; i < quads; i += ROW_WG) {
    xn[row + i] = x[row + i] * rms * norm[i];
  }
  compute_logits(row, rms, local);
  if (local == 0u) {
    pick(group.x);
  }
}

fn pick(token: u32) {
  let picks = token * TOP_K * 3u;
  let scores = TOKENS * TOP_K * 3u + token * N_EXPERTS;
  for (var e = 0u; e < N_EXPERTS; e++) {
    route[scores + e] = bitcast<u32>(logit[e]);
  }
  var highest = 0.0;
  var total = 0.0;
  var missing = false;
  for (var k = 0u; k < TOP_K; k++) {
    var best = 0u;
    for (var e = 1u; e < N_EXPERTS; e++) {
      if (logit[e] > logit[best]) {
        best = e;
      }
    }
    if (k == 0u) {
      highest = logit[best];
    }
    let weight = exp(logit[best] - highest);
    total += weight;
    logit[best] = -3.4e38;
    let slot = slot_of[layer.index * N_EXPERTS + best];
    missing = missing || slot == NONE;
    route[picks + k * 3u] = best;
    route[picks + k * 3u + 1u] = slot;
    route[picks + k * 3u + 2u] = bitcast<u32>(weight);
  }
  for (var k = 0u; k < TOP_K; k++) {
    let at = picks + k * 3u + 2u;
    route[at] = bitcast<u32>(bitcast<f32>(route[at]) / total);
  }
  if (FAULTS && missing) {
    state[0] = layer.index;
  }
}
