// Codes of q6 and q6a: nibbles as q4's, and the scales of a group begin with two words of the codes' upper bits, one for each half: byte b has
// those of the half's elements b, 4 + b, 8 + b and 12 + b, from its lowest bits up.
// A code is masked where it stands and scaled by a power of two later, as nibbles are.
const CODES = vec4u(0x3fu, 0x3f00u, 0x3f0000u, 0x3f000000u);
const CODE_SCALE = vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24);

// Four codes that stand in a word's bytes; times CODE_SCALE they are the codes.
fn codes(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & CODES));
}
