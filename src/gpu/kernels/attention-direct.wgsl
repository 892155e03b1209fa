// attention, the way of adapters that are a CPU: one thread a q head, no workgroup memory and no barrier.
// Formula, bindings and result are attention.wgsl's. Workgroup (block, split, token): HEADS q heads, each going through its split
// 64 positions at a time: their scores, then the running maximum, then the values by eight elements at once.
override N_HEADS: u32;
override N_KV_HEADS: u32;
override HEAD_DIM: u32;
override CONTEXT: u32;
override HEADS: u32;

const LOWEST = -3.0e38;
const BLOCK = 64u;

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> kv: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(HEADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let head = group.x * HEADS + local;
  if (state[0] != NONE || head >= N_HEADS) {
    return;
  }
  let token = group.z;
  let kv_head = head / (N_HEADS / N_KV_HEADS);
  let octets = HEAD_DIM / 8u;
  let keys = kv_head * CONTEXT * octets;
  let values = (N_KV_HEADS + kv_head) * CONTEXT * octets;
  let query = (token * N_HEADS + head) * octets * 2u;
  let begin = group.y * step.split_length;
  let end = min(begin + step.split_length, step.position + token + 1u);
  let out = ((token * N_HEADS + head) * step.splits + group.y) * (HEAD_DIM + 2u);
  var highest = LOWEST;
  var weight = 0.0;
  var score: array<f32, BLOCK>;
  for (var block = begin; block < end; block += BLOCK) {
    let count = min(BLOCK, end - block);
    var top = highest;
    for (var i = 0u; i < count; i++) {
      let row = keys + (block + i) * octets;
      var sum = vec4f();
      for (var d = 0u; d < octets; d++) {
        let key = kv[row + d];
        sum += vec4f(unpack2x16float(key.x), unpack2x16float(key.y)) * q[query + 2u * d];
        sum += vec4f(unpack2x16float(key.z), unpack2x16float(key.w)) * q[query + 2u * d + 1u];
      }
      score[i] = (sum.x + sum.y + sum.z + sum.w) * inverseSqrt(f32(HEAD_DIM));
      top = max(top, score[i]);
    }
    let shrink = exp(highest - top);
    highest = top;
    weight *= shrink;
    for (var i = 0u; i < count; i++) {
      score[i] = exp(score[i] - top);
      weight += score[i];
    }
    for (var d = 0u; d < octets; d++) {
      var low = vec4f();
      var high = vec4f();
      for (var i = 0u; i < count; i++) {
        let value = kv[values + (block + i) * octets + d];
        low += score[i] * vec4f(unpack2x16float(value.x), unpack2x16float(value.y));
        high += score[i] * vec4f(unpack2x16float(value.z), unpack2x16float(value.w));
      }
      for (var e = 0u; e < 4u; e++) {
        let at = out + d * 8u + e;
        partial[at] = select(partial[at] * shrink, 0.0, block == begin) + low[e];
        partial[at + 4u] = select(partial[at + 4u] * shrink, 0.0, block == begin) + high[e];
      }
    }
  }
  partial[out + HEAD_DIM] = highest;
  partial[out + HEAD_DIM + 1u] = weight;
}
