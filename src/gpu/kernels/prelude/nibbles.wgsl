// Codes of q4 and q4a: word j of a group holds elements 4j..4j+3 in its low nibbles and 16+4j..16+4j+3 in its high ones.
// A nibble is masked where it stands and scaled by a power of two later, which is exact and saves three shifts of four.
const NIBBLES = vec4u(0xfu, 0xf00u, 0xf0000u, 0xf000000u);
const NIBBLE_SCALE = vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24);

// The four low nibbles of a word; times NIBBLE_SCALE they are the codes. For the high ones shift the word by 4.
fn nibbles(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & NIBBLES));
}
