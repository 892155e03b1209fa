// q8: code * scale.
alias Scale = f32;

fn scale_of(m: Matrix, group: u32) -> Scale {
  return f16_of(scale_word(m.scale + (group >> 1u)), group);
}

// Weights 4k..4k+3 of a group, which has that scale.
fn weights_of(m: Matrix, group: u32, k: u32, scale: Scale) -> vec4f {
  return signed_bytes(word(m.q + group * 8u + k)) * scale;
}
