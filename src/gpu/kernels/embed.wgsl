// embed: x[t] = tok_embeddings[ids[ID_OFFSET + t]]
//   ids: [ID_OFFSET + tokens] u32; w: [vocab, dim] q4, groups of 32; scale: [vocab, dim/32] f16; x: [tokens, dim] f32
// A workgroup writes one token's row, a thread one group of 32. DIM is a multiple of 32.
override DIM: u32;
override ID_OFFSET: u32;
override WG: u32 = 64u;

@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<vec4u>;
@group(0) @binding(2) var<storage, read> scale: array<u32>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let token = group.x;
  let groups = DIM / 32u;
  for (var g = local; g < groups; g += WG) {
    let index = ids[ID_OFFSET + token] * groups + g;
    let factor = f16_of(scale[index >> 1u], index);
    let q = w[index];
    let first = token * (DIM / 4u) + g * 8u;
    for (var j = 0u; j < 4u; j++) {
      x[first + j] = low_weights(q[j]) * factor;
      x[first + 4u + j] = low_weights(q[j] >> 4u) * factor;
    }
  }
}
