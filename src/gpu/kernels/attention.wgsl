// attention: softmax(q k^T / sqrt(head_dim)) v over one split of the context, for the q heads that share a KV head (GQA, arXiv 2305.13245).
// Online softmax (arXiv 1805.02867); attention-reduce joins the splits (flash decoding).
//   q: [tokens, n_heads, head_dim] f32; kv: [2, n_kv_heads, CONTEXT, head_dim/2] f16 pairs; state[0]: fault
//   partial: [tokens, n_heads, splits, head_dim + 2] f32: the unnormalised sum, then its maximum and its weight
// Workgroup (block, split, token): HEADS q heads of one KV head read the cache once. 64 threads: one position each for the scores,
// one or two pairs of elements each for the values. HEAD_DIM is a multiple of 32, at most 256; HEADS divides n_heads/n_kv_heads.
override N_HEADS: u32;
override N_KV_HEADS: u32;
override HEAD_DIM: u32;
override CONTEXT: u32;
override HEADS: u32;

const WG = 64u;
const MAX_HEADS = 8u;
const LOWEST = -3.0e38;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> kv: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> query: array<vec4f, HEADS * HEAD_DIM / 4u>;
var<workgroup> score: array<f32, HEADS * WG>;
var<workgroup> eighth_max: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (state[0] != NONE) {
    return;
  }
  let first_head = group.x * HEADS;
  let kv_head = first_head / (N_HEADS / N_KV_HEADS);
  let token = group.z;
  let quads = HEAD_DIM / 4u;
  for (var i = local; i < HEADS * quads; i += WG) {
    query[i] = q[(token * N_HEADS + first_head) * quads + i] * inverseSqrt(f32(HEAD_DIM));
  }
  let begin = group.y * step.split_length;
  let end = min(begin + step.split_length, step.position + token + 1u);
  var highest: array<f32, MAX_HEADS>;
  var weight: array<f32, MAX_HEADS>;
  var sum: array<vec4f, MAX_HEADS>;
  for (var h = 0u; h < HEADS; h++) {
    highest[h] = LOWEST;
  }
  let keys = kv_head * CONTEXT * (HEAD_DIM / 8u);
  let values = (N_KV_HEADS + kv_head) * CONTEXT * (HEAD_DIM / 8u);
  for (var tile = begin; tile < end; tile += WG) {
    workgroupBarrier();
    score_position(keys, tile + local, end, local);
    workgroupBarrier();
    let owner = local / 8u;
    if (owner < HEADS) {
      var top = LOWEST;
      for (var i = 0u; i < 8u; i++) {
        top = max(top, score[owner * WG + (local % 8u) * 8u + i]);
      }
      eighth_max[local] = top;
    }
    workgroupBarrier();
    for (var h = 0u; h < HEADS; h++) {
      var top = highest[h];
      for (var i = 0u; i < 8u; i++) {
        top = max(top, eighth_max[h * 8u + i]);
      }
      let shrink = exp(highest[h] - top);
      highest[h] = top;
      weight[h] *= shrink;
      sum[h] *= shrink;
      score[h * WG + local] = exp(score[h * WG + local] - top);
    }
    workgroupBarrier();
    for (var i = 0u; i < min(WG, end - tile); i++) {
      var value = vec4f();
      let row = values + (tile + i) * (HEAD_DIM / 8u);
      if (local < HEAD_DIM / 2u) {
        value = vec4f(unpack2x16float(kv[row + local / 4u][local % 4u]), 0.0, 0.0);
      }
      if (local + WG < HEAD_DIM / 2u) {
        value = vec4f(value.xy, unpack2x16float(kv[row + (local + WG) / 4u][local % 4u]));
      }
      for (var h = 0u; h < HEADS; h++) {
        let p = score[h * WG + i];
        weight[h] += p;
        sum[h] += p * value;
      }
    }
  }
  for (var h = 0u; h < HEADS; h++) {
    let out = ((token * N_HEADS + first_head + h) * step.splits + group.y) * (HEAD_DIM + 2u);
    store_sum(out, sum[h], local);
    if (local == 0u) {
      partial[out + HEAD_DIM] = highest[h];
      partial[out + HEAD_DIM + 1u] = weight[h];
    }
  }
}

// Scores of one position for all heads of the block; positions past the end get none of the weight.
fn score_position(keys: u32, position: u32, end: u32, local: u32) {
  var dots: array<f32, MAX_HEADS>;
  if (position < end) {
    let row = keys + position * (HEAD_DIM / 8u);
    for (var i = 0u; i < HEAD_DIM / 8u; i++) {
      let word = kv[row + i];
      let first = vec4f(unpack2x16float(word.x), unpack2x16float(word.y));
      let second = vec4f(unpack2x16float(word.z), unpack2x16float(word.w));
      for (var h = 0u; h < HEADS; h++) {
        let at = h * (HEAD_DIM / 4u) + 2u * i;
        dots[h] += dot(first, query[at]) + dot(second, query[at + 1u]);
      }
    }
  }
  for (var h = 0u; h < HEADS; h++) {
    score[h * WG + local] = select(LOWEST, dots[h], position < end);
  }
}

fn store_sum(out: u32, sum: vec4f, local: u32) {
  if (local < HEAD_DIM / 2u) {
    partial[out + 2u * local] = sum.x;
    partial[out + 2u * local + 1u] = sum.y;
  }
  if (local + WG < HEAD_DIM / 2u) {
    partial[out + 2u * (local + WG)] = sum.z;
    partial[out + 2u * (local + WG) + 1u] = sum.w;
  }
}
