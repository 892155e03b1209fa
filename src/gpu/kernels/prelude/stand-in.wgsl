// Where a stand-in, an expert's 2-bit copy, lies: bound as `copy: array<u32>`, no planes aligned, of w1, w3 and w2 in turn.
//   codes: 2 words a group; half a word holds a word of q4's codes, two bits for each nibble at bit 2n for nibble n
//   scales: f16 a group, behind all codes. Code k stands for (2k - 3) * scale.
// A thread has a pair of neighbouring groups, whose scales are one word. Grid: (blocks of PAIR_WG pairs, 3 matrices).
const PAIR_WG = 64u;

override DIM: u32;
override HIDDEN_DIM: u32;

// Of a matrix.
fn pairs() -> u32 {
  return DIM * HIDDEN_DIM / 64u;
}

// Word of the slot where a matrix's codes begin, and where its scales do.
fn codes_of(matrix: u32) -> u32 {
  return vec3u(W1_Q, W3_Q, W2_Q)[matrix] / 4u;
}

fn scales_of(matrix: u32) -> u32 {
  return vec3u(W1_SCALE, W3_SCALE, W2_SCALE)[matrix] / 4u;
}
