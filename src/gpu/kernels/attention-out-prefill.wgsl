// attention-out-prefill: x[t] += wo * a[t]
//   a: [tokens, COLS] f32; w, scale: a matrix [dim, COLS]; x: [tokens, dim] f32
// Grid: (row tiles, token tiles).
override DIM: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scale: array<u32>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

fn input(i: u32) -> vec4f {
  return a[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let first_token = group.y * TILE + (local / 8u) * 4u;
  take_tokens(first_token);
  var sums: array<vec4f, 4>;
  for (var g = 0u; g < COLS / 32u; g++) {
    multiply_group(&sums, dense_matrix(COLS), group.x * TILE, g, local, true);
  }
  for (var i = 0u; i < 4u; i++) {
    let token = first_token + i;
    if (token < step.tokens) {
      x[token * (DIM / 4u) + group.x * 8u + local % 8u] += sums[i];
    }
  }
}
