// q8a: code * scale + minimum, both in the group's word. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at word `s`, times the
// inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let a = unpack2x16float(scale[s.x + at.x]);
  let b = unpack2x16float(scale[s.y + at.y]);
  let i = q + 2u * at;
  let sums = half_group(w[i.x], w[i.y], first) + half_group(w[i.x + 1u], w[i.y + 1u], first + 4u);
  return vec2f(a.x, b.x) * vec2f(total(sums[0]), total(sums[1])) + vec2f(a.y, b.y) * total(sums[2]);
}

fn half_group(a: vec4u, b: vec4u, first: u32) -> mat3x4f {
  var sums = products(a.x, b.x, input(first));
  sums += products(a.y, b.y, input(first + 1u));
  sums += products(a.z, b.z, input(first + 2u));
  sums += products(a.w, b.w, input(first + 3u));
  return sums;
}

fn products(a: u32, b: u32, v: vec4f) -> mat3x4f {
  return mat3x4f(signed_bytes(a) * v, signed_bytes(b) * v, v);
}
