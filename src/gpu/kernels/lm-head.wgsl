// lm-head: logits[t] = output * rmsnorm(x[head_row + t])
//   x: [tokens, dim] f32; norm: [dim] f32; w: [vocab, dim] q4; scale: [vocab, dim/32] f16; logits: [grid.y, vocab] f32; state[0]: fault
// LANES threads compute a pair of rows. Grid: (row blocks, tokens).
override DIM: u32;
override VOCAB: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read> w: array<vec4u>;
@group(0) @binding(4) var<storage, read> scale: array<u32>;
@group(0) @binding(5) var<storage, read_write> logits: array<vec2f>;
@group(1) @binding(0) var<uniform> step: Step;

var<private> row: u32;

fn input(i: u32) -> vec4f {
  return x[row + i] * norm[i];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  row = (step.head_row + group.y) * (DIM / 4u);
  let rms = inverse_rms(row, local);
  let pair = group.x * (WG / LANES) + local / LANES;
  let groups = DIM / 32u;
  var sum = vec2f();
  if (pair < VOCAB / 2u) {
    for (var g = local % LANES; g < groups; g += LANES) {
      let even = 2u * pair * groups + g;
      let odd = even + groups;
      sum.x += f16_of(scale[even >> 1u], even) * dot_group(w[even], g * 8u);
      sum.y += f16_of(scale[odd >> 1u], odd) * dot_group(w[odd], g * 8u);
    }
  }
  sum = lane_sum(sum, local);
  if (local % LANES == 0u && pair < VOCAB / 2u) {
    logits[group.y * (VOCAB / 2u) + pair] = sum * rms;
  }
}
