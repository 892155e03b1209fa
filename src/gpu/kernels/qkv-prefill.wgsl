// qkv-prefill: as qkv, for a batch: [q, k, v][t] = wqkv * xn[t]; RoPE; k and v to the cache.
//   xn: [tokens, dim] f32; w, scale: a matrix [qkv_rows, dim]; turns: [CONTEXT, head_dim/2] (cos, sin);
//   q: [tokens, n_heads, head_dim] f32; kv: [2, n_kv_heads, CONTEXT, head_dim/2] u32
// Grid: (row tiles, token tiles). qkv_rows is a multiple of 32.
override COLS: u32;
override N_HEADS: u32;
override N_KV_HEADS: u32;
override HEAD_DIM: u32;
override CONTEXT: u32;

@group(0) @binding(0) var<storage, read> xn: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scale: array<u32>;
@group(0) @binding(3) var<storage, read> turns: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> q: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> kv: array<u32>;
@group(1) @binding(0) var<uniform> step: Step;

fn input(i: u32) -> vec4f {
  return xn[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let first_token = group.y * TILE + (local / 8u) * 4u;
  take_tokens(first_token);
  var sums: array<vec4f, 4>;
  for (var g = 0u; g < COLS / 32u; g++) {
    multiply_group(&sums, dense_matrix(COLS), group.x * TILE, g, local, true);
  }
  let pair = (group.x * TILE + (local % 8u) * 4u) / 2u;
  for (var i = 0u; i < 4u; i++) {
    let token = first_token + i;
    if (token < step.tokens) {
      store_pair(pair, sums[i].xy, token);
      store_pair(pair + 1u, sums[i].zw, token);
    }
  }
}
