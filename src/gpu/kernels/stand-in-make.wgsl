// stand-in-make: a q4 expert's 2-bit copy, its scales those of least squared error against the q4 values
//   expert: its slot; copy: prelude/stand-in.wgsl
// A group's best levels are +-r and +-3r in units of its q4 scale: magnitudes up to a limit get r, the others 3r. For each limit the best r and what
// it gains are fractions of small whole numbers, so the best limit is found exactly.
@group(0) @binding(0) var<storage, read> expert: array<u32>;
@group(0) @binding(1) var<storage, read_write> copy: array<u32>;

struct Fit {
  limit: u32,
  ratio: f32,  // of the copy's scale to q4's
}

@compute @workgroup_size(PAIR_WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let pair = group.x * PAIR_WG + local;
  if (pair >= pairs()) {
    return;
  }
  let read_at = codes_of(group.y) + pair * 8u;
  let write_at = group.y * pairs() + pair;
  var ratios: vec2f;
  for (var g = 0u; g < 2u; g++) {
    let first = read_at + g * 4u;
    let fitted = fit(first);
    ratios[g] = fitted.ratio;
    for (var w = 0u; w < 2u; w++) {
      let low = shrink(expert[first + 2u * w], fitted.limit);
      let high = shrink(expert[first + 2u * w + 1u], fitted.limit);
      copy[write_at * 4u + g * 2u + w] = low | (high << 16u);
    }
  }
  let scales = unpack2x16float(expert[scales_of(group.y) + pair]);
  copy[pairs() * 12u + write_at] = pack2x16float(scales * ratios);
}

fn magnitude(code: u32) -> u32 {
  return u32(abs(i32(code) - 8));
}

// Of the group whose codes begin at that word.
fn fit(first: u32) -> Fit {
  var count: array<u32, 9>;
  for (var i = 0u; i < 32u; i++) {
    count[magnitude((expert[first + i / 8u] >> (4u * (i % 8u))) & 15u)]++;
  }
  var total = 0u;
  for (var m = 1u; m < 9u; m++) {
    total += m * count[m];
  }
  // With n magnitudes up to the limit, of sum s: r = a / b and the gain is a * a / b, where a = s + 3 (total - s) and b = n + 9 (32 - n).
  var n = 0u;
  var s = 0u;
  var best = vec2u(0u, 1u);
  var limit = 0u;
  for (var m = 0u; m < 9u; m++) {
    n += count[m];
    s += m * count[m];
    let a = 3u * total - 2u * s;
    let b = 288u - 8u * n;
    if (a * a * best.y > best.x * best.x * b) {
      best = vec2u(a, b);
      limit = m;
    }
  }
  return Fit(limit, f32(best.x) / f32(best.y));
}

// Eight nibbles as two bits each. A zero is as near to r as to -r: they alternate, so that many zeros do not shift a row's product.
fn shrink(word: u32, limit: u32) -> u32 {
  var bits = 0u;
  for (var n = 0u; n < 8u; n++) {
    let code = (word >> (4u * n)) & 15u;
    let above = code > 8u || (code == 8u && (n & 2u) == 0u);
    let far = magnitude(code) > limit;
    bits |= select(select(1u, 0u, far), select(2u, 3u, far), above) << (2u * n);
  }
  return bits;
}
