// expert-up-prefill: h[i] = silu(w1 * xn[t]) * (w3 * xn[t]) for each pick i in expert order, t its token
//   xn: [tokens, dim] f32; order: expert-group's; slot_of: [n_layers, n_experts]; arena: slots; h: [tokens * TOP_K, hidden_dim] f32
// Grid: (row tiles of hidden_dim, token tiles in the worst case).
override DIM: u32;
override HIDDEN_DIM: u32;
override N_EXPERTS: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> xn: array<vec4f>;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> slot_of: array<u32>;
@group(0) @binding(3) var<storage, read> arena: array<u32>;
@group(0) @binding(4) var<storage, read_write> h: array<vec4f>;
@group(0) @binding(5) var<uniform> layer: Layer;
@group(1) @binding(0) var<uniform> step: Step;

fn input(i: u32) -> vec4f {
  return xn[i];
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
    (pick_at(min(first + 0u, place.end - 1u)) / TOP_K) * (DIM / 4u),
    (pick_at(min(first + 1u, place.end - 1u)) / TOP_K) * (DIM / 4u),
    (pick_at(min(first + 2u, place.end - 1u)) / TOP_K) * (DIM / 4u),
    (pick_at(min(first + 3u, place.end - 1u)) / TOP_K) * (DIM / 4u),
  );
  let w1 = expert_matrix(place.slot, W1_Q, W1_SCALE, DIM);
  let w3 = expert_matrix(place.slot, W3_Q, W3_SCALE, DIM);
  var gate: array<vec4f, 4>;
  var up: array<vec4f, 4>;
  for (var g = 0u; g < DIM / 32u; g++) {
    multiply_group(&gate, w1, group.x * TILE, g, local, true);
    multiply_group(&up, w3, group.x * TILE, g, local, false);
  }
  for (var i = 0u; i < 4u; i++) {
    let at = first + i;
    if (at < place.end) {
      h[at * (HIDDEN_DIM / 4u) + group.x * 8u + local % 8u] = silu(gate[i]) * up[i];
    }
  }
}
