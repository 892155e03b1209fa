// One lane's share of two neighbouring rows of a dense matrix times the input.
fn dense_rows(pair: u32, groups: u32, local: u32) -> vec2f {
  var sum = vec2f();
  for (var g = local % LANES; g < groups; g += LANES) {
    let even = 2u * pair * groups + g;
    sum += dot_groups(vec2u(), vec2u(), vec2u(even, even + groups), g * 8u);
  }
  return sum;
}
