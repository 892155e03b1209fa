// A tile of a dense q4 matrix [rows, COLS]. The kernel provides COLS, w, scale and step.
fn word(i: u32) -> u32 {
  return w[i];
}

fn scale_word(i: u32) -> u32 {
  return scale[i];
}

fn dense_matrix() -> Matrix {
  return Matrix(0u, 0u, COLS / 32u);
}

// The batch's tokens first.. +3 are the thread's.
fn take_tokens(first: u32) {
  has_tokens = first < step.tokens;
  input_rows = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(step.tokens - 1u)) * (COLS / 4u);
}
