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

var<private> place: TilePlace;

fn tile_input(token: u32, k4: u32) -> vec4f {
  if (place.first + token >= place.end) {
    return vec4f();
  }
  return h[(place.first + token) * (HIDDEN_DIM / 4u) + k4];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let here = place_tile(group.y);
  place = here;
  if (here.slot == NONE) {
    return;
  }
  var sums: array<vec4f, 4>;
  for (var g = 0u; g < HIDDEN_DIM / 32u; g++) {
    stage_x(g, local);
    stage_expert(place.slot, W2_Q, W2_SCALE, group.x * TILE, HIDDEN_DIM / 32u, g, local);
    workgroupBarrier();
    multiply_tile(&sums, local);
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    let at = place.first + (local / 8u) * 4u + i;
    if (at < place.end) {
      let pick = pick_at(at);
      y[pick * (DIM / 4u) + group.x * 8u + local % 8u] = bitcast<f32>(route[pick * 3u + 2u]) * sums[i];
    }
  }
}
