// q4: (code - 8) * scale.
alias Scale = f32;

fn scale_of(m: Matrix, group: u32) -> Scale {
  return f16_of(scale_word(m.scale + (group >> 1u)), group);
}

// Weights 4k..4k+3 of a group, which has that scale.
fn weights_of(m: Matrix, group: u32, k: u32, scale: Scale) -> vec4f {
  return (nibbles(word(m.q + group * 4u + (k & 3u)) >> (k & 4u)) * NIBBLE_SCALE - 8.0) * scale;
}
