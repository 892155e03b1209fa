// combine: x[t] += sum over k of y[t, k], in pick order, but for picks that the router left out: they have no y
//   y: [tokens, TOP_K, dim] f32; route: [TOKENS, TOP_K, 3] (expert, slot, weight bits); x: [tokens, dim] f32
// Grid: (tokens); a thread takes every WG-th vec4 of its token.
override DIM: u32;
override TOP_K: u32;
override WG: u32 = 64u;

@group(0) @binding(0) var<storage, read> y: array<vec4f>;
@group(0) @binding(1) var<storage, read> route: array<u32>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = DIM / 4u;
  for (var i = local; i < quads; i += WG) {
    var sum = y[group.x * TOP_K * quads + i];
    for (var k = 1u; k < TOP_K; k++) {
      let pick = group.x * TOP_K + k;
      if (route[pick * 3u] != NONE) {
        sum += y[pick * quads + i];
      }
    }
    x[group.x * quads + i] += sum;
  }
}
