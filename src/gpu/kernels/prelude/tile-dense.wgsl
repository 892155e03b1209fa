// A tile of a dense matrix times consecutive tokens. The kernel provides COLS and step.

// The batch's tokens first.. +3 are the thread's.
fn take_tokens(first: u32) {
  has_tokens = first < step.tokens;
  input_rows = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(step.tokens - 1u)) * (COLS / 4u);
}
