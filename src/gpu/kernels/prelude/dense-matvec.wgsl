// One lane's share of two neighbouring rows of a dense q4 matrix times the input. The kernel provides w: array<vec4u> and scale: array<u32>.
fn dense_rows(pair: u32, groups: u32, local: u32) -> vec2f {
  var sum = vec2f();
  for (var g = local % LANES; g < groups; g += LANES) {
    let even = 2u * pair * groups + g;
    let odd = even + groups;
    let factors = vec2f(f16_of(scale[even >> 1u], even), f16_of(scale[odd >> 1u], odd));
    sum += factors * dot_groups(w[even], w[odd], g * 8u);
  }
  return sum;
}
