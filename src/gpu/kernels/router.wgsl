// router: xn = rmsnorm(x); logits = gate * xn; the TOP_K highest are picked (ties: the lower id), their weights are the softmax over the picked
// logits; the page table says where they are. A pick without a slot is a fault: this layer's number goes to state[0] and every later kernel returns.
//   x: [tokens, dim] f32; norm: [dim] f32; gate: [n_experts, dim] f32; slot_of: [n_layers, n_experts] u32; xn: [tokens, dim] f32
//   route: [TOKENS, TOP_K, 3] u32 (expert, slot, weight bits), then [TOKENS, n_experts] u32 (logit bits; of an excluded expert TAKEN's)
// Experts that the layer's uniform excludes, fewer than n_experts - TOP_K + 1, are as if they were not there.
// One workgroup a token. In prefill (FAULTS false) the experts are paged in after the router, so a missing slot is no fault.
// Lossy modes, off where a field is 0: a missing choice may be replaced by a resident expert; a choice of little weight is left out: its route is
// (NONE, NONE, 0), it is no fault, and the expert kernels do nothing for it. The first choice is always kept.
override DIM: u32;
override N_EXPERTS: u32;
override TOP_K: u32;
override TOKENS: u32;
override EPS: f32;
override FAULTS: bool;
override ROW_WG: u32;

struct Lossy {
  resident_margin: f32,  // how far below a missing choice's logit a resident expert's may be that replaces it (decode)
  skip_below: f32,       // choices of less weight than this are left out, and the others' weights scaled to 1
}

// The logit of an expert that is a choice already, or must not be one.
const TAKEN = -3.4e38;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> norm: array<vec4f>;
@group(0) @binding(2) var<storage, read> gate: array<vec4f>;
@group(0) @binding(3) var<storage, read> slot_of: array<u32>;
@group(0) @binding(4) var<storage, read_write> xn: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> route: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<uniform> layer: Layer;
@group(1) @binding(0) var<uniform> lossy: Lossy;

var<workgroup> fault: u32;

// Of the token's choices, by one thread.
var<workgroup> choice: array<u32, TOP_K>;
var<workgroup> score: array<f32, TOP_K>;
var<workgroup> weight: array<f32, TOP_K>;

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

fn slot_for(expert: u32) -> u32 {
  return slot_of[layer.index * N_EXPERTS + expert];
}

fn is_excluded(expert: u32) -> bool {
  let word = select(layer.excluded_low, layer.excluded_high, expert >= 32u);
  return ((word >> (expert & 31u)) & 1u) == 1u;
}

fn pick(token: u32) {
  let scores = TOKENS * TOP_K * 3u + token * N_EXPERTS;
  for (var e = 0u; e < N_EXPERTS; e++) {
    if (is_excluded(e)) {
      logit[e] = TAKEN;
    }
    route[scores + e] = bitcast<u32>(logit[e]);
  }
  for (var k = 0u; k < TOP_K; k++) {
    var best = 0u;
    for (var e = 1u; e < N_EXPERTS; e++) {
      if (logit[e] > logit[best]) {
        best = e;
      }
    }
    take(k, best);
  }
  if (FAULTS && lossy.resident_margin > 0.0) {
    prefer_residents();
  }
  var total = 0.0;
  for (var k = 0u; k < TOP_K; k++) {
    weight[k] = exp(score[k] - score[0]);
    total += weight[k];
  }
  let least = lossy.skip_below * total;
  var kept = 0.0;
  for (var k = 0u; k < TOP_K; k++) {
    if (k > 0u && weight[k] < least) {
      choice[k] = NONE;
    } else {
      kept += weight[k];
    }
  }
  var missing = false;
  for (var k = 0u; k < TOP_K; k++) {
    let at = (token * TOP_K + k) * 3u;
    var slot = NONE;
    var share = 0.0;
    if (choice[k] != NONE) {
      slot = slot_for(choice[k]);
      share = weight[k] / kept;
      missing = missing || slot == NONE;
    }
    route[at] = choice[k];
    route[at + 1u] = slot;
    route[at + 2u] = bitcast<u32>(share);
  }
  if (FAULTS && missing) {
    state[0] = layer.index;
  }
}

// Choice k is this expert, which is then out of the others' way.
fn take(k: u32, expert: u32) {
  choice[k] = expert;
  score[k] = logit[expert];
  logit[expert] = TAKEN;
}

// Cache-conditional experts (arXiv 2412.00099): a missing choice, but for the first, gives way to the best resident expert that is none of the
// choices, if that one's logit is less than the margin below its own.
fn prefer_residents() {
  for (var k = 1u; k < TOP_K; k++) {
    if (slot_for(choice[k]) != NONE) {
      continue;
    }
    var best = NONE;
    var highest = max(score[k] - lossy.resident_margin, TAKEN);
    for (var e = 0u; e < N_EXPERTS; e++) {
      if (logit[e] > highest && slot_for(e) != NONE) {
        best = e;
        highest = logit[e];
      }
    }
    if (best != NONE) {
      take(k, best);
    }
  }
}
