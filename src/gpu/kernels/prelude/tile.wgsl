// A batch times a matrix: a workgroup of 64 threads computes a tile of 32 tokens by 32 rows, thread (token quad, row quad) a 4x4 block of it.
// Every element is summed in ascending k by one thread: its bits depend neither on its place in the tile nor on the other tokens.
// tile-shared or tile-direct adds multiply_group. The kernel provides input(i), a vec4 of its input.
const TILE = 32u;
const WG = 64u;

// Where the input rows of a thread's four tokens begin, in vec4s. Past the last token any row will do: its sums are not stored.
var<private> input_rows: vec4u;

// Whether the thread has a token at all.
var<private> has_tokens: bool;

// Group g of each of four neighbouring rows, as indices of groups.
fn row_groups(m: Matrix, row: u32, g: u32) -> vec4u {
  return (row + vec4u(0u, 1u, 2u, 3u)) * m.groups + g;
}
