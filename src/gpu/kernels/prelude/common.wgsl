// Shared by all kernels: constants and small functions without bindings.
const NONE = 0xffffffffu;

// Changes with every submit; src/gpu/step.ts packs it.
struct Step {
  position: u32,      // of the first token in this batch
  tokens: u32,        // in this batch
  split_length: u32,  // positions that one attention workgroup covers
  splits: u32,        // attention workgroups along the context
  experts_low: u32,   // bit e: expert e is in this wave
  experts_high: u32,  // bit e: expert 32 + e is in this wave
  head_row: u32,      // first row of x whose logits are wanted
  reserved: u32,
}

// Constant for a layer and a request; bound at the layer's offset. src/gpu/layer.ts packs it.
struct Layer {
  index: u32,
  excluded_low: u32,   // bit e: the router may not pick expert e
  excluded_high: u32,  // bit e: the router may not pick expert 32 + e
}

// One half of a word that packs two f16.
fn f16_of(word: u32, index: u32) -> f32 {
  let pair = unpack2x16float(word);
  return select(pair.x, pair.y, (index & 1u) == 1u);
}
