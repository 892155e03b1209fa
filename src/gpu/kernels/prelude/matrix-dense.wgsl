// A matrix with bindings of its own. The kernel provides w and scale, array<u32> both.
fn word(i: u32) -> u32 {
  return w[i];
}

fn scale_word(i: u32) -> u32 {
  return scale[i];
}

fn dense_matrix(cols: u32) -> Matrix {
  return Matrix(0u, 0u, cols / 32u);
}
