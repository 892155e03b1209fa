// RMSNorm's factor, computed by each workgroup for itself: reading x again is cheaper than a dispatch.
// The kernel provides x: array<vec4f>, and overrides DIM, EPS and WG.
var<workgroup> norm_partial: array<f32, WG>;

// 1 / sqrt(mean(x^2) + eps) over the row that starts at vec4 index `first`. Call from uniform control flow.
fn inverse_rms(first: u32, local: u32) -> f32 {
  var sum = 0.0;
  for (var i = local; i < DIM / 4u; i += WG) {
    let v = x[first + i];
    sum += dot(v, v);
  }
  norm_partial[local] = sum;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < WG; i++) {
    total += norm_partial[i];
  }
  return inverseSqrt(total / f32(DIM) + EPS);
}
