// Which expert and which of its picks a workgroup's token tile holds. The grid covers the worst case, ceil(picks/32) + n_experts tiles;
// the tiles past the last one, and those of experts outside the wave, return at once.
// The kernel provides N_EXPERTS, order, slot_of: array<u32>, layer and step.
struct TilePlace {
  slot: u32,
  first: u32,  // place in `order` of the tile's first pick
  end: u32,    // one past the expert's last pick
}

fn place_tile(index: u32) -> TilePlace {
  var tile = index;
  for (var e = 0u; e < N_EXPERTS; e++) {
    let begin = order[e];
    let end = order[e + 1u];
    let tiles = (end - begin + TILE - 1u) / TILE;
    if (tile < tiles) {
      let wave = select(step.experts_high >> (e & 31u), step.experts_low >> e, e < 32u);
      let slot = slot_of[layer.index * N_EXPERTS + e];
      return TilePlace(select(NONE, slot, (wave & 1u) == 1u), begin + tile * TILE, end);
    }
    tile -= tiles;
  }
  return TilePlace(NONE, 0u, 0u);
}

// A pick's index in `order`'s list.
fn pick_at(place: u32) -> u32 {
  return order[N_EXPERTS + 1u + place];
}

fn silu(v: vec4f) -> vec4f {
  return v / (1.0 + exp(-v));
}

fn word(i: u32) -> u32 {
  return arena[i];
}

fn scale_word(i: u32) -> u32 {
  return arena[i];
}

// One of an expert's matrices, its planes at these byte offsets of the slot.
fn expert_matrix(slot: u32, q_plane: u32, scale_plane: u32, cols: u32) -> Matrix {
  let first = slot * (SLOT_BYTES / 4u);
  return Matrix(first + q_plane / 4u, first + scale_plane / 4u, cols / 32u);
}
