// Matvec shape: WG threads, LANES of them share a pair of rows. LANES = 1 is one thread a pair, without a reduction.
override WG: u32 = 64u;
override LANES: u32 = 1u;

var<workgroup> lane_partial: array<vec2f, WG>;

// The sum over the lanes of a pair, valid in its lane 0. Call from uniform control flow.
fn lane_sum(value: vec2f, local: u32) -> vec2f {
  if (LANES == 1u) {
    return value;
  }
  workgroupBarrier(); // The last sum may still be read.
  lane_partial[local] = value;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local % LANES < half) {
      lane_partial[local] += lane_partial[local + half];
    }
  }
  return lane_partial[local];
}
