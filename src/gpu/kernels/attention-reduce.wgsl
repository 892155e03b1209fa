// attention-reduce: joins the splits of one head: out = sum(e^(m_s - m) * partial_s) / sum(e^(m_s - m) * l_s)
//   partial: [tokens, n_heads, splits, head_dim + 2] f32; out: [tokens, n_heads, head_dim] f32; state[0]: fault
// Workgroup (head, token): one thread an element.
override N_HEADS: u32;
override HEAD_DIM: u32;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(HEAD_DIM)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let head = group.y * N_HEADS + group.x;
  let first = head * step.splits * (HEAD_DIM + 2u);
  var highest = -3.0e38;
  for (var s = 0u; s < step.splits; s++) {
    highest = max(highest, partial[first + s * (HEAD_DIM + 2u) + HEAD_DIM]);
  }
  var sum = 0.0;
  var weight = 0.0;
  for (var s = 0u; s < step.splits; s++) {
    let at = first + s * (HEAD_DIM + 2u);
    let factor = exp(partial[at + HEAD_DIM] - highest);
    sum += factor * partial[at + local];
    weight += factor * partial[at + HEAD_DIM + 1u];
  }
  out[head * HEAD_DIM + local] = sum / weight;
}
