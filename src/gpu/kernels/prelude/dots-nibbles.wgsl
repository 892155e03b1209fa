// The codes' dots of q4 and q4a; what a code stands for comes from the sum of the inputs afterwards.
fn products(a: u32, b: u32, v: vec4f) -> mat3x4f {
  let scaled = v * NIBBLE_SCALE;
  return mat3x4f(nibbles(a) * scaled, nibbles(b) * scaled, v);
}

// (codes of group a * inputs, codes of group b * inputs, sum of the inputs).
fn dot_nibbles(a: vec4u, b: vec4u, first: u32) -> vec3f {
  let a_high = a >> vec4u(4u);
  let b_high = b >> vec4u(4u);
  var sums = products(a.x, b.x, input(first));
  sums += products(a.y, b.y, input(first + 1u));
  sums += products(a.z, b.z, input(first + 2u));
  sums += products(a.w, b.w, input(first + 3u));
  sums += products(a_high.x, b_high.x, input(first + 4u));
  sums += products(a_high.y, b_high.y, input(first + 5u));
  sums += products(a_high.z, b_high.z, input(first + 6u));
  sums += products(a_high.w, b_high.w, input(first + 7u));
  return vec3f(total(sums[0]), total(sums[1]), total(sums[2]));
}
