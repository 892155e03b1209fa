// The dots of half a group's codes, in columns that are still to be totalled; what a code stands for comes from the sum of the inputs afterwards.
fn products(a: u32, b: u32, v: vec4f) -> mat3x4f {
  let scaled = v * CODE_SCALE;
  return mat3x4f(codes(a) * scaled, codes(b) * scaled, v);
}

// (codes of half a * inputs, codes of half b * inputs, inputs), of nibbles that lie low in their bytes, and the halves' words of upper bits.
fn dot_half(low_a: vec4u, low_b: vec4u, upper: vec2u, first: u32) -> mat3x4f {
  let a = joined(low_a, upper.x);
  let b = joined(low_b, upper.y);
  var sums = products(a.x, b.x, input(first));
  sums += products(a.y, b.y, input(first + 1u));
  sums += products(a.z, b.z, input(first + 2u));
  sums += products(a.w, b.w, input(first + 3u));
  return sums;
}

fn joined(low: vec4u, upper: u32) -> vec4u {
  let bits = (vec4u(upper) >> vec4u(0u, 2u, 4u, 6u)) & vec4u(0x03030303u);
  return (low & vec4u(0x0f0f0f0fu)) | (bits << vec4u(4u));
}
