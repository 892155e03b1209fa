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

var<private> place: TilePlace;

fn tile_input(token: u32, k4: u32) -> vec4f {
  if (place.first + token >= place.end) {
    return vec4f();
  }
  return xn[(pick_at(place.first + token) / TOP_K) * (DIM / 4u) + k4];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let here = place_tile(group.y);
  place = here;
  if (here.slot == NONE) {
    return;
  }
  var gate: array<vec4f, 4>;
  var up: array<vec4f, 4>;
  for (var g = 0u; g < DIM / 32u; g++) {
    stage_x(g, local);
    stage_expert(place.slot, W1_Q, W1_SCALE, group.x * TILE, DIM / 32u, g, local);
    workgroupBarrier();
    multiply_tile(&gate, local);
    workgroupBarrier();
    stage_expert(place.slot, W3_Q, W3_SCALE, group.x * TILE, DIM / 32u, g, local);
    workgroupBarrier();
    multiply_tile(&up, local);
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    let at = place.first + (local / 8u) * 4u + i;
    if (at < place.end) {
      h[at * (HIDDEN_DIM / 4u) + group.x * 8u + local % 8u] = silu(gate[i]) * up[i];
    }
  }
}
