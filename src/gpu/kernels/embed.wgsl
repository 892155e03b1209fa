// embed: x[t] = tok_embeddings[ids[ID_OFFSET + t]]
//   ids: [ID_OFFSET + tokens] u32; w, scale: a matrix [vocab, dim]; x: [tokens, dim] f32
// A workgroup writes one token's row, a thread a vec4 of it at a time. DIM is a multiple of 32.
override DIM: u32;
override ID_OFFSET: u32;
override WG: u32 = 64u;

@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scale: array<u32>;
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = DIM / 4u;
  let m = dense_matrix(DIM);
  for (var i = local; i < quads; i += WG) {
    let at = ids[ID_OFFSET + group.x] * m.groups + i / 8u;
    x[group.x * quads + i] = weights_of(m, at, i % 8u, scale_of(m, at));
  }
}
