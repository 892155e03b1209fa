// q4a: code * scale + minimum, both in the group's word. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at word `s`, times the
// inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let a = unpack2x16float(scale[s.x + at.x]);
  let b = unpack2x16float(scale[s.y + at.y]);
  let dots = dot_nibbles(w[q.x + at.x], w[q.y + at.y], first);
  return vec2f(a.x, b.x) * dots.xy + vec2f(a.y, b.y) * dots.z;
}
