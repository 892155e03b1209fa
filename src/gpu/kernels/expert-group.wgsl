// expert-group: sorts the picks of a batch by expert (a counting sort, stable by token): no dropping, no padding to a capacity.
//   A pick that the router left out is of no expert and gets no place.
//   route: [TOKENS, TOP_K, 3] (expert, slot, weight bits); order: [N_EXPERTS + 1] first place of each expert, then [tokens * TOP_K] picks
// One workgroup; a thread counts and places the picks of one expert.
override N_EXPERTS: u32;
override TOP_K: u32;

@group(0) @binding(0) var<storage, read> route: array<u32>;
@group(0) @binding(1) var<storage, read_write> order: array<u32>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> count: array<u32, N_EXPERTS>;

@compute @workgroup_size(N_EXPERTS)
fn main(@builtin(local_invocation_index) expert: u32) {
  let picks = step.tokens * TOP_K;
  var mine = 0u;
  for (var p = 0u; p < picks; p++) {
    mine += u32(route[p * 3u] == expert);
  }
  count[expert] = mine;
  workgroupBarrier();
  var place = 0u;
  for (var e = 0u; e < expert; e++) {
    place += count[e];
  }
  order[expert] = place;
  if (expert == N_EXPERTS - 1u) {
    order[N_EXPERTS] = place + mine;
  }
  for (var p = 0u; p < picks; p++) {
    if (route[p * 3u] == expert) {
      order[N_EXPERTS + 1u + place] = p;
      place++;
    }
  }
}
