// q8: code * scale. Groups `at` of two matrices, whose codes begin at vec4u `q` and scales at word `s`, times the inputs from vec4 `first` on.
fn dot_groups(q: vec2u, s: vec2u, at: vec2u, first: u32) -> vec2f {
  let i = q + 2u * at;
  let dots = add_bytes(add_bytes(Dots(), w[i.x], w[i.y], first), w[i.x + 1u], w[i.y + 1u], first + 4u);
  return scale_pair(s, at) * vec2f(total(dots.a), total(dots.b));
}

fn add_bytes(dots: Dots, a: vec4u, b: vec4u, first: u32) -> Dots {
  var sum = dots;
  sum = add_word(sum, a.x, b.x, input(first));
  sum = add_word(sum, a.y, b.y, input(first + 1u));
  sum = add_word(sum, a.z, b.z, input(first + 2u));
  return add_word(sum, a.w, b.w, input(first + 3u));
}

fn add_word(dots: Dots, a: u32, b: u32, v: vec4f) -> Dots {
  return Dots(dots.a + signed_bytes(a) * v, dots.b + signed_bytes(b) * v, dots.inputs);
}
