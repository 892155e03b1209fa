// expert-up (decode): h[k] = silu(w1 * xn) * (w3 * xn) for each pick k (SwiGLU, arXiv 2002.05202)
//   xn: [dim] f32; route: [TOP_K, 3] (expert, slot, weight); w, scale: the arena as groups and as words; h: [TOP_K, hidden_dim] f32; state[0]: fault
// LANES threads compute one row of w1 and the same row of w3. Grid: (row blocks, TOP_K).
override DIM: u32;
override HIDDEN_DIM: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> route: array<u32>;
@group(0) @binding(2) var<storage, read> xn: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<vec4u>;
@group(0) @binding(4) var<storage, read> scale: array<u32>;
@group(0) @binding(5) var<storage, read_write> h: array<f32>;

fn silu(v: f32) -> f32 {
  return v / (1.0 + exp(-v));
}

fn input(i: u32) -> vec4f {
  return xn[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let slot = route[group.y * 3u + 1u];
  if (slot == NONE) {
    return; // The router left this choice out.
  }
  let row = group.x * (WG / LANES) + local / LANES;
  let groups = DIM / 32u;
  var sum = vec2f();
  if (row < HIDDEN_DIM) {
    let q = slot * (SLOT_BYTES / 16u) + vec2u(W1_Q, W3_Q) / 16u;
    let s = slot * (SLOT_BYTES / 4u) + vec2u(W1_SCALE, W3_SCALE) / 4u;
    for (var g = local % LANES; g < groups; g += LANES) {
      sum += dot_groups(q, s, vec2u(row * groups + g), g * 8u);
    }
  }
  sum = lane_sum(sum, local);
  if (local % LANES == 0u && row < HIDDEN_DIM) {
    h[group.y * HIDDEN_DIM + row] = silu(sum.x) * sum.y;
  }
}
