// A batch times a q4 matrix: a workgroup of 64 threads computes a tile of 32 tokens by 32 rows, thread (token quad, row quad) a 4x4 block of it.
// Every element is summed in ascending k by one thread: its bits depend neither on its place in the tile nor on the other tokens.
// tile-shared or tile-direct adds multiply_group. The kernel provides input(i), a vec4 of its input; word(i) and scale_word(i), the words of its weights.
const TILE = 32u;
const WG = 64u;

// One q4 matrix: where its nibbles and its scales begin, in words, and the groups of a row.
struct Matrix {
  q: u32,
  scale: u32,
  groups: u32,
}

// Where the input rows of a thread's four tokens begin, in vec4s. Past the last token any row will do: its sums are not stored.
var<private> input_rows: vec4u;

// Whether the thread has a token at all.
var<private> has_tokens: bool;

// Four weights of one row, before the scale: nibbles of word j of a group, its elements 4j.. (high = 0) or 16+4j.. (high = 1).
fn quad_of(word: u32, high: u32) -> vec4f {
  return low_weights(word >> (4u * high));
}

// Group g of each of four neighbouring rows, as indices of groups.
fn row_groups(m: Matrix, row: u32, g: u32) -> vec4u {
  return (row + vec4u(0u, 1u, 2u, 3u)) * m.groups + g;
}

fn row_words(m: Matrix, at: vec4u, j: u32) -> vec4u {
  let i = m.q + at * 4u + j;
  return vec4u(word(i.x), word(i.y), word(i.z), word(i.w));
}

fn row_scales(m: Matrix, at: vec4u) -> vec4f {
  let i = m.scale + (at >> vec4u(1u));
  return vec4f(f16_of(scale_word(i.x), at.x), f16_of(scale_word(i.y), at.y), f16_of(scale_word(i.z), at.z), f16_of(scale_word(i.w), at.w));
}
