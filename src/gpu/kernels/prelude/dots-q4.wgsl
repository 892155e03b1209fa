// q4: (code - 8) * scale. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at word `s`, times the inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let dots = dot_nibbles(w[q.x + at.x], w[q.y + at.y], first);
  return scale_pair(s, at) * (dots.xy - 8.0 * dots.z);
}
