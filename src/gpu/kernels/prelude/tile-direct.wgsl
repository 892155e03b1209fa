// The way of adapters that are a CPU: no workgroup memory and no barrier, which cost them most; a thread without tokens skips its work.
struct Block {
  a: vec4f,
  b: vec4f,
  c: vec4f,
  d: vec4f,
}

// block[i] += vec4 k4 of input row i * four weights of each of four rows.
fn multiply_quads(block: Block, words: vec4u, high: u32, k4: u32) -> Block {
  let p = quad_of(words.x, high);
  let q = quad_of(words.y, high);
  let r = quad_of(words.z, high);
  let s = quad_of(words.w, high);
  let x = input(input_rows.x + k4);
  let y = input(input_rows.y + k4);
  let z = input(input_rows.z + k4);
  let w = input(input_rows.w + k4);
  return Block(
    block.a + vec4f(dot(x, p), dot(x, q), dot(x, r), dot(x, s)),
    block.b + vec4f(dot(y, p), dot(y, q), dot(y, r), dot(y, s)),
    block.c + vec4f(dot(z, p), dot(z, q), dot(z, r), dot(z, s)),
    block.d + vec4f(dot(w, p), dot(w, q), dot(w, r), dot(w, s)),
  );
}

// As tile-shared's; `fresh` does not matter.
fn multiply_group(sums: ptr<function, array<vec4f, 4>>, m: Matrix, first_row: u32, g: u32, local: u32, fresh: bool) {
  if (!has_tokens) {
    return;
  }
  let at = row_groups(m, first_row + (local % 8u) * 4u, g);
  var block: Block;
  for (var j = 0u; j < 4u; j++) {
    let words = row_words(m, at, j);
    block = multiply_quads(block, words, 0u, g * 8u + j);
    block = multiply_quads(block, words, 1u, g * 8u + 4u + j);
  }
  let scales = row_scales(m, at);
  (*sums)[0] += block.a * scales;
  (*sums)[1] += block.b * scales;
  (*sums)[2] += block.c * scales;
  (*sums)[3] += block.d * scales;
}
