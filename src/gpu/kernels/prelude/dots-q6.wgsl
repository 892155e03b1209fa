// q6: (code - 32) * scale, of which each half of a group has its own. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at
// word `s`, times the inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let i = s + 3u * at;
  let a = w[q.x + at.x];
  let b = w[q.y + at.y];
  let low = dot_half(a, b, vec2u(scale[i.x], scale[i.y]), first);
  let high = dot_half(a >> vec4u(4u), b >> vec4u(4u), vec2u(scale[i.x + 1u], scale[i.y + 1u]), first + 4u);
  let scale_a = unpack2x16float(scale[i.x + 2u]);
  let scale_b = unpack2x16float(scale[i.y + 2u]);
  return vec2f(
    total(scale_a.x * (low[0] - 32.0 * low[2]) + scale_a.y * (high[0] - 32.0 * high[2])),
    total(scale_b.x * (low[1] - 32.0 * low[2]) + scale_b.y * (high[1] - 32.0 * high[2])),
  );
}
