// The way of adapters that are a CPU: no workgroup memory and no barrier, which cost them most; a thread without tokens skips its work.
// sums[i] += input row i of the thread * rows first_row + 4 * (local % 8) .. + 3 of the matrix, over group g. `fresh` does not matter.
fn multiply_group(sums: ptr<function, array<vec4f, 4>>, m: Matrix, first_row: u32, g: u32, local: u32, fresh: bool) {
  if (!has_tokens) {
    return;
  }
  let at = row_groups(m, first_row + (local % 8u) * 4u, g);
  let scale_p = scale_of(m, at.x);
  let scale_q = scale_of(m, at.y);
  let scale_r = scale_of(m, at.z);
  let scale_s = scale_of(m, at.w);
  for (var k4 = 0u; k4 < 8u; k4++) {
    let p = weights_of(m, at.x, k4, scale_p);
    let q = weights_of(m, at.y, k4, scale_q);
    let r = weights_of(m, at.z, k4, scale_r);
    let s = weights_of(m, at.w, k4, scale_s);
    let i = input_rows + g * 8u + k4;
    let x = input(i.x);
    let y = input(i.y);
    let z = input(i.z);
    let w = input(i.w);
    (*sums)[0] += vec4f(dot(x, p), dot(x, q), dot(x, r), dot(x, s));
    (*sums)[1] += vec4f(dot(y, p), dot(y, q), dot(y, r), dot(y, s));
    (*sums)[2] += vec4f(dot(z, p), dot(z, q), dot(z, r), dot(z, s));
    (*sums)[3] += vec4f(dot(w, p), dot(w, q), dot(w, r), dot(w, s));
  }
}
