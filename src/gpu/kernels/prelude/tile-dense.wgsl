// A tile of a dense q4 matrix [rows, COLS]. The kernel provides COLS, w: array<u32>, scale: array<u32>.
fn stage_dense(first_row: u32, g: u32, local: u32) {
  let groups = COLS / 32u;
  var words: vec4u;
  var factors: vec4f;
  for (var r = 0u; r < 4u; r++) {
    let at = (first_row + (local / 8u) * 4u + r) * groups + g;
    words[r] = w[at * 4u + local % 4u];
    factors[r] = f16_of(scale[at >> 1u], at);
  }
  stage_w(words, factors, local);
}
