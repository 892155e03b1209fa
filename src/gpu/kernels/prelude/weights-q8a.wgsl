// q8a: code * scale + minimum.
alias Scale = vec2f;

fn scale_of(m: Matrix, group: u32) -> Scale {
  return unpack2x16float(scale_word(m.scale + group));
}

// Weights 4k..4k+3 of a group, which has that scale and minimum.
fn weights_of(m: Matrix, group: u32, k: u32, scale: Scale) -> vec4f {
  return signed_bytes(word(m.q + group * 8u + k)) * scale.x + scale.y;
}
