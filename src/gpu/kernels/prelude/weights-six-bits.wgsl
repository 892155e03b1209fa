alias Scale = vec2f;

// The two f16 behind a group's upper bits.
fn scale_of(m: Matrix, group: u32) -> Scale {
  return unpack2x16float(scale_word(m.scale + group * 3u + 2u));
}

// Codes 4k..4k+3 of a group.
fn codes_of(m: Matrix, group: u32, k: u32) -> vec4f {
  let low = word(m.q + group * 4u + (k & 3u)) >> (k & 4u);
  let upper = scale_word(m.scale + group * 3u + (k >> 2u)) >> (2u * (k & 3u));
  return codes((low & 0x0f0f0f0fu) | ((upper & 0x03030303u) << 4u)) * CODE_SCALE;
}
