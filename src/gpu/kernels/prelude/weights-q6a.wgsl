// q6a: code * scale + minimum. Weights 4k..4k+3 of a group that has this scale and minimum.
fn weights_of(m: Matrix, group: u32, k: u32, scale: Scale) -> vec4f {
  return codes_of(m, group, k) * scale.x + scale.y;
}
