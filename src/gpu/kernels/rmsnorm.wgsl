// rmsnorm: xn[t] = x[first + t] / sqrt(mean(x[first + t]^2) + eps) * norm (arXiv 1910.07467)
//   x: [tokens, dim] f32; norm: [dim] f32; xn: [grid.x, dim] f32; state[0]: fault
// One workgroup a token. FINAL: the norm before lm-head, of the rows from step.head_row on; else of a prefill batch from its first row.
override DIM: u32;
override EPS: f32;
override FINAL: bool;
override ROW_WG: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> xn: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(ROW_WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let quads = DIM / 4u;
  let source = (select(0u, step.head_row, FINAL) + group.x) * quads;
  let rms = inverse_rms(sum_of_squares(source, local));
  for (var i = local; i < quads; i += ROW_WG) {
    xn[group.x * quads + i] = x[source + i] * rms * norm[i];
  }
}
