// Codes of q8 and q8a: word k of a group holds elements 4k..4k+3 as signed bytes.
fn signed_bytes(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
}
