// Tiled matmul with q4 weights: a workgroup of 64 threads computes a tile of 32 tokens by 32 rows, 32 of K (one group) at a time.
// Both tiles lie transposed in workgroup memory, [k][element], so that a thread's 4x4 block costs two vec4 reads a k.
// Every element is summed in ascending k by one thread: its bits depend neither on its place in the tile nor on the other tokens.
// The kernel provides tile_input(token_in_tile, k4) -> vec4f, zero past its end, and tile_word / tile_scale of a weight row.
const TILE = 32u;
const WG = 64u;

var<workgroup> tile_x: array<vec4f, 256>;
var<workgroup> tile_w: array<vec4f, 256>;

// Stage group g of x; thread (quad, k4) turns a 4x4 block.
fn stage_x(g: u32, local: u32) {
  let quad = local / 8u;
  let k4 = local % 8u;
  let a = tile_input(quad * 4u, g * 8u + k4);
  let b = tile_input(quad * 4u + 1u, g * 8u + k4);
  let c = tile_input(quad * 4u + 2u, g * 8u + k4);
  let d = tile_input(quad * 4u + 3u, g * 8u + k4);
  for (var k = 0u; k < 4u; k++) {
    tile_x[(k4 * 4u + k) * 8u + quad] = vec4f(a[k], b[k], c[k], d[k]);
  }
}

// Four dequantised weights of one row: nibble half `high` of word j of its group.
fn quad_of(word: u32, high: u32, factor: f32) -> vec4f {
  return (vec4f(unpack4xU8((word >> (4u * high)) & 0x0f0f0f0fu)) - 8.0) * factor;
}

// Stage a 4x4 block of weights, given as four rows' words and scales.
fn stage_w(words: vec4u, factors: vec4f, local: u32) {
  let quad = local / 8u;
  let high = (local % 8u) / 4u;
  let j = local % 4u;
  let a = quad_of(words.x, high, factors.x);
  let b = quad_of(words.y, high, factors.y);
  let c = quad_of(words.z, high, factors.z);
  let d = quad_of(words.w, high, factors.w);
  for (var k = 0u; k < 4u; k++) {
    tile_w[(high * 16u + j * 4u + k) * 8u + quad] = vec4f(a[k], b[k], c[k], d[k]);
  }
}

// sums[i] += x[token 4*(local/8) + i] * w[rows 4*(local%8) ..+3] over the staged group.
fn multiply_tile(sums: ptr<function, array<vec4f, 4>>, local: u32) {
  for (var k = 0u; k < 32u; k++) {
    let x = tile_x[k * 8u + local / 8u];
    let w = tile_w[k * 8u + local % 8u];
    (*sums)[0] += x.x * w;
    (*sums)[1] += x.y * w;
    (*sums)[2] += x.z * w;
    (*sums)[3] += x.w * w;
  }
}
