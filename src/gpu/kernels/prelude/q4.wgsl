// q4: groups of 32 along K; word j of a group holds elements 4j..4j+3 in its low nibbles and 16+4j..16+4j+3 in its high ones.
// A nibble is masked where it stands and its float scaled by a power of two, which is exact and saves three shifts of four.
const NIBBLES = vec4u(0xfu, 0xf00u, 0xf0000u, 0xf000000u);
const NIBBLE_SCALE = vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24);

// The four low nibbles of a word as weights before their scale: nibble - 8. For the high ones shift the word by 4.
fn low_weights(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & NIBBLES)) * NIBBLE_SCALE - 8.0;
}
