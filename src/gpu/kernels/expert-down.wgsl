// expert-down (decode): x += sum over picks k of weight_k * (w2_k * h[k])
//   route: [TOP_K, 3] (expert, slot, weight bits); h: [TOP_K, hidden_dim] f32; w, scale: the arena; x: [dim] f32; state[0]: fault
// LANES threads compute a pair of rows of all picks, in pick order: no atomics, the same bits in every run.
override DIM: u32;
override HIDDEN_DIM: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> route: array<u32>;
@group(0) @binding(2) var<storage, read> h: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<vec4u>;
@group(0) @binding(4) var<storage, read> scale: array<u32>;
@group(0) @binding(5) var<storage, read_write> x: array<vec2f>;

fn input(i: u32) -> vec4f {
  return h[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let pair = group.x * (WG / LANES) + local / LANES;
  let groups = HIDDEN_DIM / 32u;
  var total = vec2f();
  for (var k = 0u; k < TOP_K; k++) {
    let slot = route[k * 3u + 1u];
    if (slot == NONE) {
      continue; // The router left this choice out.
    }
    let q = vec2u(slot * (SLOT_BYTES / 16u) + W2_Q / 16u);
    let s = vec2u(slot * (SLOT_BYTES / 4u) + W2_SCALE / 4u);
    var sum = vec2f();
    if (pair < DIM / 2u) {
      for (var g = local % LANES; g < groups; g += LANES) {
        let even = 2u * pair * groups + g;
        sum += dot_groups(q, s, vec2u(even, even + groups), (k * groups + g) * 8u);
      }
    }
    total += bitcast<f32>(route[k * 3u + 2u]) * sum;
  }
  total = lane_sum(total, local);
  if (local % LANES == 0u && pair < DIM / 2u) {
    x[pair] += total;
  }
}
