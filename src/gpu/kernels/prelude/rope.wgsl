// RoPE (arXiv 2104.09864) on one pair of neighbours, elements 2i and 2i+1 of a head. The angles' cosines and sines come from a table that the
// CPU computed in double precision: WGSL promises only 11 bits for its own. The kernel provides HEAD_DIM and turns: array<vec2f>.
fn rope(pair: vec2f, i: u32, position: u32) -> vec2f {
  let turn = turns[position * (HEAD_DIM / 2u) + i];
  return vec2f(pair.x * turn.x - pair.y * turn.y, pair.x * turn.y + pair.y * turn.x);
}
