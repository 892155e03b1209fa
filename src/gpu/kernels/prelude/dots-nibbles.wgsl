// The codes' dots of q4 and q4a; what a code stands for comes from the sum of the inputs afterwards.
fn add_nibbles(dots: Dots, a: u32, b: u32, v: vec4f) -> Dots {
  let scaled = v * NIBBLE_SCALE;
  return Dots(dots.a + nibbles(a) * scaled, dots.b + nibbles(b) * scaled, dots.inputs + v);
}

// (codes of group a * inputs, codes of group b * inputs, sum of the inputs).
fn dot_nibbles(a: vec4u, b: vec4u, first: u32) -> vec3f {
  let a_high = a >> vec4u(4u);
  let b_high = b >> vec4u(4u);
  var dots: Dots;
  dots = add_nibbles(dots, a.x, b.x, input(first));
  dots = add_nibbles(dots, a.y, b.y, input(first + 1u));
  dots = add_nibbles(dots, a.z, b.z, input(first + 2u));
  dots = add_nibbles(dots, a.w, b.w, input(first + 3u));
  dots = add_nibbles(dots, a_high.x, b_high.x, input(first + 4u));
  dots = add_nibbles(dots, a_high.y, b_high.y, input(first + 5u));
  dots = add_nibbles(dots, a_high.z, b_high.z, input(first + 6u));
  dots = add_nibbles(dots, a_high.w, b_high.w, input(first + 7u));
  return vec3f(total(dots.a), total(dots.b), total(dots.inputs));
}
