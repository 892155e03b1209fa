// expert-down-prefill: y[p] = weight_p * (w2 * h[i]) for each pick i in expert order, p its place in the batch
//   h: [tokens * TOP_K, hidden_dim] f32; route: [TOKENS, TOP_K, 3]; order: expert-group's; slot_of: [n_layers, n_experts]; arena: slots;
//   y: [tokens * TOP_K, dim] f32. Each pick has a row of its own, so the waves may come in any order.
// Grid: (row tiles of dim, token tiles in the worst case).
override DIM: u32;
override HIDDEN_DIM: u32;
override N_EXPERTS: u32;

@group(0) @binding(0) var<storage, read> h: array<vec4f>;
@group(0) @binding(1) var<storage, read> route: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> slot_of: array<u32>;
@group(0) @binding(4) var<storage, read> arena: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(6) var<uniform> layer: Layer;
@group(1) @binding(0) var<uniform> step: Step;

fn input(i: u32) -> vec4f {
  return h[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let place = place_tile(group.y);
  if (place.slot == NONE) {
    return;
  }
  let first = place.first + (local / 8u) * 4u;
  has_tokens = first < place.end;
  input_rows = vec4u(
    (min(first + 0u, place.end - 1u)) * (HIDDEN_DIM / 4u),
    (min(first + 1u, place.end - 1u)) * (HIDDEN_DIM / 4u),
    (min(first + 2u, place.end - 1u)) * (HIDDEN_DIM / 4u),
    (min(first + 3u, place.end - 1u)) * (HIDDEN_DIM / 4u),
  );
  let w2 = expert_matrix(place.slot, W2_Q, W2_SCALE, HIDDEN_DIM);
  var sums: array<vec4f, 4>;
  for (var g = 0u; g < HIDDEN_DIM / 32u; g++) {
    multiply_group(&sums, w2, group.x * TILE, g, local, true);
  }
  for (var i = 0u; i < 4u; i++) {
    let at = first + i;
    if (at < place.end) {
      let pick = pick_at(at);
      y[pick * (DIM / 4u) + group.x * 8u + local % 8u] = bitcast<f32>(route[pick * 3u + 2u]) * sums[i];
    }
  }
}
