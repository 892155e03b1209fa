// stand-in-expand: a slot's q4 expert out of its 2-bit copy: code k becomes 2k + 5, which q4 reads as (2k + 5 - 8) * scale
//   copy: prelude/stand-in.wgsl; expert: the slot
@group(0) @binding(0) var<storage, read> copy: array<u32>;
@group(0) @binding(1) var<storage, read_write> expert: array<u32>;

@compute @workgroup_size(PAIR_WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let pair = group.x * PAIR_WG + local;
  if (pair >= pairs()) {
    return;
  }
  let read_at = group.y * pairs() + pair;
  let write_at = codes_of(group.y) + pair * 8u;
  for (var w = 0u; w < 4u; w++) {
    let word = copy[read_at * 4u + w];
    expert[write_at + 2u * w] = grow(word & 0xffffu);
    expert[write_at + 2u * w + 1u] = grow(word >> 16u);
  }
  expert[scales_of(group.y) + pair] = copy[pairs() * 12u + read_at];
}

// Eight nibbles out of two bits each.
fn grow(bits: u32) -> u32 {
  var spread = (bits | (bits << 8u)) & 0x00ff00ffu;
  spread = (spread | (spread << 4u)) & 0x0f0f0f0fu;
  spread = (spread | (spread << 2u)) & 0x33333333u;
  return 2u * spread + 0x55555555u;
}
