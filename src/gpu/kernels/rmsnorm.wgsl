// rmsnorm (prefill): xn = x / sqrt(mean(x^2) + eps) * norm (arXiv 1910.07467)
//   x: [tokens, dim] f32; norm: [dim] f32; xn: [tokens, dim] f32
// One workgroup a token.
override DIM: u32;
override EPS: f32;
override WG: u32 = 64u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> norm: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> xn: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.x * (DIM / 4u);
  let rms = inverse_rms(row, local);
  for (var i = local; i < DIM / 4u; i += WG) {
    xn[row + i] = x[row + i] * rms * norm[i];
  }
}
