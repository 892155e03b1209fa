// The kernel binds the arena twice, as groups (w: array<vec4u>) and as words (scale: array<u32>).
fn expert_group(slot: u32, plane: u32, index: u32) -> vec4u {
  return w[slot * (SLOT_BYTES / 16u) + plane / 16u + index];
}

fn expert_scale(slot: u32, plane: u32, index: u32) -> f32 {
  return f16_of(scale[slot * (SLOT_BYTES / 4u) + plane / 4u + (index >> 1u)], index);
}

fn silu(v: f32) -> f32 {
  return v / (1.0 + exp(-v));
}
