enable subgroups;
// Matvec shape: WG threads, LANES of them share a pair of rows; LANES is the adapter's exact subgroup size.
override WG: u32 = 64u;
override LANES: u32 = 32u;

// The sum over the lanes of a pair. Call from uniform control flow.
fn lane_sum(value: vec2f, local: u32) -> vec2f {
  return subgroupAdd(value);
}
