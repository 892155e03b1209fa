// Two groups of q4 weights times the same 32 inputs, before the scales: two rows of a matrix, or w1 and w3 of a row.
// The kernel provides input(i), the i-th vec4 of the vector; `first` is where the group begins in it.
fn dot_groups(a: vec4u, b: vec4u, first: u32) -> vec2f {
  let a_high = a >> vec4u(4u);
  let b_high = b >> vec4u(4u);
  var p = vec4f();
  var q = vec4f();
  var v = input(first);
  p += low_weights(a.x) * v;
  q += low_weights(b.x) * v;
  v = input(first + 1u);
  p += low_weights(a.y) * v;
  q += low_weights(b.y) * v;
  v = input(first + 2u);
  p += low_weights(a.z) * v;
  q += low_weights(b.z) * v;
  v = input(first + 3u);
  p += low_weights(a.w) * v;
  q += low_weights(b.w) * v;
  v = input(first + 4u);
  p += low_weights(a_high.x) * v;
  q += low_weights(b_high.x) * v;
  v = input(first + 5u);
  p += low_weights(a_high.y) * v;
  q += low_weights(b_high.y) * v;
  v = input(first + 6u);
  p += low_weights(a_high.z) * v;
  q += low_weights(b_high.z) * v;
  v = input(first + 7u);
  p += low_weights(a_high.w) * v;
  q += low_weights(b_high.w) * v;
  return vec2f(p.x + p.y + p.z + p.w, q.x + q.y + q.z + q.w);
}
