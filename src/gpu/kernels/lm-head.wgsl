// lm-head: logits[t] = output * xn[t], xn being normed with the final norm
//   xn: [grid.y, dim] f32; w, scale: a matrix [vocab, dim]; logits: [grid.y, vocab] f32; state[0]: fault
// LANES threads compute a pair of rows. Grid: (row blocks, tokens).
override DIM: u32;
override VOCAB: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> xn: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4u>;
@group(0) @binding(3) var<storage, read> scale: array<u32>;
@group(0) @binding(4) var<storage, read_write> logits: array<vec2f>;

var<private> row: u32;

fn input(i: u32) -> vec4f {
  return xn[row + i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  row = group.y * (DIM / 4u);
  let pair = group.x * (WG / LANES) + local / LANES;
  var sum = vec2f();
  if (pair < VOCAB / 2u) {
    sum = dense_rows(pair, DIM / 32u, local);
  }
  sum = lane_sum(sum, local);
  if (local % LANES == 0u && pair < VOCAB / 2u) {
    logits[group.y * (VOCAB / 2u) + pair] = sum;
  }
}
