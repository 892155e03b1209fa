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

// Stage a tile of one of the expert's matrices, COLS columns, planes at q_plane and scale_plane.
fn stage_expert(slot: u32, q_plane: u32, scale_plane: u32, first_row: u32, groups: u32, g: u32, local: u32) {
  var words: vec4u;
  var factors: vec4f;
  for (var r = 0u; r < 4u; r++) {
    let at = (first_row + (local / 8u) * 4u + r) * groups + g;
    words[r] = arena[slot * (SLOT_BYTES / 4u) + q_plane / 4u + at * 4u + local % 4u];
    factors[r] = f16_of(arena[slot * (SLOT_BYTES / 4u) + scale_plane / 4u + (at >> 1u)], at);
  }
  stage_w(words, factors, local);
}

// A pick's index in `order`'s list.
fn pick_at(place: u32) -> u32 {
  return order[N_EXPERTS + 1u + place];
}

fn silu(v: vec4f) -> vec4f {
  return v / (1.0 + exp(-v));
}
