// attention-out (decode): x += wo * a
//   a: [COLS] f32; w, scale: a matrix [dim, COLS]; x: [dim] f32; state[0]: fault
// LANES threads compute a pair of rows.
override DIM: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4u>;
@group(0) @binding(3) var<storage, read> scale: array<u32>;
@group(0) @binding(4) var<storage, read_write> x: array<vec2f>;

fn input(i: u32) -> vec4f {
  return a[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let pair = group.x * (WG / LANES) + local / LANES;
  var sum = vec2f();
  if (pair < DIM / 2u) {
    sum = dense_rows(pair, COLS / 32u, local);
  }
  sum = lane_sum(sum, local);
  if (local % LANES == 0u && pair < DIM / 2u) {
    x[pair] += sum;
  }
}
