// What a matvec sums: two groups of weights times the same 32 inputs, being of two rows of a matrix, or of w1 and w3.
// dots-<format>.wgsl adds dot_groups. The kernel provides w: array<vec4u>, scale: array<u32> and input(i), the i-th vec4 of its vector,
// which is called once for each.
fn total(v: vec4f) -> f32 {
  return v.x + v.y + v.z + v.w;
}

// The scales of groups `at` of two matrices, f16 from words `s` on.
fn scale_pair(s: vec2u, at: vec2u) -> vec2f {
  let word = s + (at >> vec2u(1u));
  return vec2f(f16_of(scale[word.x], at.x), f16_of(scale[word.y], at.y));
}
