// qkv (decode): [q, k, v] = wqkv * rmsnorm(x); q and k get RoPE; k and v go to the cache as f16 pairs.
//   x: [dim] f32; norm: [dim] f32; w, scale: a matrix [qkv_rows, dim];
//   turns: [CONTEXT, head_dim/2] (cos, sin); q: [n_heads, head_dim] f32; kv: [2, n_kv_heads, CONTEXT, head_dim/2] u32; state[0]: fault
// LANES threads compute a pair of neighbouring rows: wq and wk are interleaved, so a pair is a RoPE pair and a cache word.
override DIM: u32;
override N_HEADS: u32;
override N_KV_HEADS: u32;
override HEAD_DIM: u32;
override CONTEXT: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<vec4u>;
@group(0) @binding(4) var<storage, read> scale: array<u32>;
@group(0) @binding(5) var<storage, read> turns: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> q: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> kv: array<u32>;
@group(1) @binding(0) var<uniform> step: Step;

// The norm's sum of squares is gathered on the way: a pass of its own would cost a barrier.
var<private> squares: vec4f;

fn input(i: u32) -> vec4f {
  let v = x[i];
  squares += v * v;
  return v * norm[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let pair = group.x * (WG / LANES) + local / LANES;
  var sum = vec2f();
  if (pair < (N_HEADS + 2u * N_KV_HEADS) * HEAD_DIM / 2u) {
    sum = dense_rows(pair, DIM / 32u, local);
  }
  sum = lane_sum(sum, local);
  let rms = inverse_rms(lane_sum(vec2f(squares.x + squares.y + squares.z + squares.w, 0.0), local).x);
  if (local % LANES == 0u) {
    store_pair(pair, sum * rms, 0u);
  }
}
