// sample: the next token from one row of logits. Penalties, temperature, top-k, top-p, min-p, one draw.
//   logits: [vocab] f32; counts: [vocab] u32, bit 31 = in the prompt, the rest = times generated; counts[token] grows by one
//   step: [fault, token] u32; with a fault nothing happens
// One workgroup, of a multiple of 16 threads, for any vocabulary up to 2^20. Tokens are ordered by logit, then by id, so that every filter keeps a first part of
// that order; a part is found by bisection on the logit's bits and, among equal logits, on the id. No sorting, no atomics: every sum has
// a fixed order, and the same input gives the same token.
struct SampleParams {
  vocab_size: u32,
  seed: u32,
  index: u32,
  top_k: u32,
  temperature: f32,
  top_p: f32,
  min_p: f32,
  repetition_penalty: f32,
  frequency_penalty: f32,
  presence_penalty: f32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> step: array<u32>;
@group(1) @binding(0) var<uniform> params: SampleParams;

override SAMPLE_WG: u32 = 256u;
const ROW = 16u;
const NO_FAULT = 0xffffffffu;
const ALL = 0xffffffffu;

// A first part of the order: keys above `key`, and of those equal to it the ids up to `last`.
struct Part { key: u32, last: u32 }

var<workgroup> fault: u32;
var<workgroup> bests: array<vec2u, SAMPLE_WG>;
var<workgroup> best: vec2u;
var<workgroup> sums: array<vec2f, SAMPLE_WG>;
var<workgroup> sum: vec2f;

fn penalised(id: u32) -> f32 {
  let logit = logits[id];
  let p = params;
  if (p.repetition_penalty == 1.0 && p.frequency_penalty == 0.0 && p.presence_penalty == 0.0) { return logit; }
  let seen = counts[id];
  if (seen == 0u) { return logit; }
  let times = seen & 0x7fffffffu;
  let once = select(0.0, p.presence_penalty, times > 0u);
  return select(logit * p.repetition_penalty, logit / p.repetition_penalty, logit > 0.0) - (p.frequency_penalty * f32(times) + once);
}

// An integer in the same order as the float; both zeros are one.
fn key_of(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  if (bits == 0x80000000u) { return 0x80000000u; }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn value_of(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}

// Unnormalised probability: 1 for the best token. Too small a share counts as none.
fn weight(logit: f32, top: f32) -> f32 {
  let z = (logit - top) / params.temperature;
  return select(0.0, exp(z), z > -80.0);
}

fn holds(part: Part, key: u32, id: u32) -> bool {
  return key > part.key || (key == part.key && id <= part.last);
}

fn better(a: vec2u, b: vec2u) -> vec2u {
  return select(b, a, a.x > b.x || (a.x == b.x && a.y <= b.y));
}

// (key, id) of the largest logit, the lowest id among equals. Reduced in rows, then over the rows: fewer barriers than a tree.
fn find_best(local: u32) -> vec2u {
  var mine = vec2u(0u, ALL);
  for (var id = local; id < params.vocab_size; id += SAMPLE_WG) { mine = better(mine, vec2u(key_of(penalised(id)), id)); }
  bests[local] = mine;
  workgroupBarrier();
  let rows = SAMPLE_WG / ROW;
  if (local < rows) {
    for (var i = 1u; i < ROW; i++) { mine = better(mine, bests[local + rows * i]); }
    bests[local] = mine;
  }
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 1u; i < rows; i++) { mine = better(mine, bests[i]); }
    best = mine;
  }
  return workgroupUniformLoad(&best);
}

// (weight, tokens) of a part.
fn measure(part: Part, top: f32, local: u32) -> vec2f {
  var mine = vec2f();
  for (var id = local; id < params.vocab_size; id += SAMPLE_WG) {
    let logit = penalised(id);
    if (holds(part, key_of(logit), id)) { mine += vec2f(weight(logit, top), 1.0); }
  }
  sums[local] = mine;
  workgroupBarrier();
  let rows = SAMPLE_WG / ROW;
  if (local < rows) {
    for (var i = 1u; i < ROW; i++) { mine += sums[local + rows * i]; }
    sums[local] = mine;
  }
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 1u; i < rows; i++) { mine += sums[i]; }
    sum = mine;
  }
  return workgroupUniformLoad(&sum);
}

// The fewest tokens of `outer` (which measures `whole`) that reach the goal in weight and in number.
fn fewest(outer: Part, whole: vec2f, goal: vec2f, best_key: u32, top: f32, local: u32) -> Part {
  var low = outer.key;
  var high = best_key + 1u;
  var in_low = whole;
  var in_high = vec2f();
  while (high - low > 1u && in_low.y - in_high.y > 1.0) {
    let middle = low + (high - low) / 2u;
    let inside = measure(Part(middle, ALL), top, local);
    if (all(inside >= goal)) {
      low = middle;
      in_low = inside;
    } else {
      high = middle;
      in_high = inside;
    }
  }
  if (in_low.y - in_high.y <= 1.0) { return Part(low, select(ALL, outer.last, low == outer.key)); }
  var first = 0u;
  var last = min(params.vocab_size - 1u, select(ALL, outer.last, low == outer.key));
  while (first < last) {
    let middle = first + (last - first) / 2u;
    if (all(measure(Part(low, middle), top, local) >= goal)) { last = middle; } else { first = middle + 1u; }
  }
  return Part(low, last);
}

// [0, 1) in steps of 2^-24: pcg2d of (seed, index), from Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020.
fn uniform_number() -> f32 {
  var v = vec2u(params.seed, params.index) * 1664525u + 1013904223u;
  for (var i = 0u; i < 2u; i++) {
    v.x += v.y * 1664525u;
    v.y += v.x * 1664525u;
    v ^= v >> vec2u(16u);
  }
  return f32(v.x >> 8u) / 16777216.0;
}

fn kept_weight(part: Part, id: u32, top: f32) -> f32 {
  let logit = penalised(id);
  let share = weight(logit, top);
  return select(0.0, share, holds(part, key_of(logit), id) && share >= params.min_p);
}

// One token by its weight, walking the ids upward; `otherwise` where nothing has weight. Thread 0's answer counts.
fn draw(part: Part, top: f32, otherwise: u32, local: u32) -> u32 {
  let block = (params.vocab_size + SAMPLE_WG - 1u) / SAMPLE_WG;
  let end = min(params.vocab_size, (local + 1u) * block);
  var mine = 0.0;
  for (var id = local * block; id < end; id++) { mine += kept_weight(part, id, top); }
  sums[local].x = mine;
  workgroupBarrier();
  if (local != 0u) { return otherwise; }

  var total = 0.0;
  for (var i = 0u; i < SAMPLE_WG; i++) { total += sums[i].x; }
  let target_weight = uniform_number() * total;
  var passed = 0.0;
  var chosen = 0u;
  while (chosen < SAMPLE_WG - 1u && passed + sums[chosen].x <= target_weight) {
    passed += sums[chosen].x;
    chosen++;
  }
  var token = otherwise;
  for (var id = chosen * block; id < min(params.vocab_size, (chosen + 1u) * block); id++) {
    let share = kept_weight(part, id, top);
    if (share > 0.0) { token = id; }
    passed += share;
    if (passed > target_weight) { break; }
  }
  return token;
}

@compute @workgroup_size(SAMPLE_WG)
fn main(@builtin(local_invocation_index) local: u32) {
  if (local == 0u) { fault = step[0]; }
  if (workgroupUniformLoad(&fault) != NO_FAULT) { return; }

  let first = find_best(local);
  var token = first.y;
  if (params.temperature > 0.0) {
    let top = value_of(first.x);
    var part = Part(0u, ALL);
    let limited = params.top_k > 0u && params.top_k < params.vocab_size;
    if (limited || params.top_p < 1.0) {
      var inside = measure(part, top, local);
      if (limited) {
        part = fewest(part, inside, vec2f(0.0, f32(params.top_k)), first.x, top, local);
        inside = measure(part, top, local);
      }
      if (params.top_p < 1.0) { part = fewest(part, inside, vec2f(params.top_p * inside.x, 1.0), first.x, top, local); }
    }
    token = draw(part, top, first.y, local);
  }
  if (local == 0u) {
    step[1] = token;
    counts[token] += 1u;
  }
}
