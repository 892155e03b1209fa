// q6a: code * scale + minimum, both in the last of the group's words. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at
// word `s`, times the inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let i = s + 3u * at;
  let a = w[q.x + at.x];
  let b = w[q.y + at.y];
  let sums = dot_half(a, b, vec2u(scale[i.x], scale[i.y]), first)
    + dot_half(a >> vec4u(4u), b >> vec4u(4u), vec2u(scale[i.x + 1u], scale[i.y + 1u]), first + 4u);
  let scale_a = unpack2x16float(scale[i.x + 2u]);
  let scale_b = unpack2x16float(scale[i.y + 2u]);
  return vec2f(scale_a.x, scale_b.x) * vec2f(total(sums[0]), total(sums[1])) + vec2f(scale_a.y, scale_b.y) * total(sums[2]);
}
