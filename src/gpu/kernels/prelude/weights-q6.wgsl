// q6: (code - 32) * scale. Weights 4k..4k+3 of a group whose halves have these scales.
fn weights_of(m: Matrix, group: u32, k: u32, scale: Scale) -> vec4f {
  return (codes_of(m, group, k) - 32.0) * select(scale.x, scale.y, k > 3u);
}
