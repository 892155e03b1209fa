// A layer's router on a row of x: logits = gate * rmsnorm(x), by a whole workgroup, eight threads an expert, ROW_WG/8 experts at a time.
// The kernel provides x: array<vec4f>, norm_of(i) and gate_of(i), vec4s of the layer's norm and of its gate [n_experts, dim], and overrides DIM,
// N_EXPERTS and ROW_WG.
var<workgroup> gate_partial: array<f32, ROW_WG>;
var<workgroup> logit: array<f32, N_EXPERTS>;

// Over the row that starts at vec4 index `row` and has that factor. Call from uniform control flow; every thread may read `logit` afterwards.
fn compute_logits(row: u32, rms: f32, local: u32) {
  let quads = DIM / 4u;
  for (var first = 0u; first < N_EXPERTS; first += ROW_WG / 8u) {
    let expert = first + local / 8u;
    var sum = vec4f();
    if (expert < N_EXPERTS) {
      for (var i = local % 8u; i < quads; i += 8u) {
        sum += x[row + i] * norm_of(i) * gate_of(expert * quads + i);
      }
    }
    gate_partial[local] = sum.x + sum.y + sum.z + sum.w;
    workgroupBarrier();
    if (local % 8u == 0u && expert < N_EXPERTS) {
      var total = 0.0;
      for (var i = 0u; i < 8u; i++) {
        total += gate_partial[local + i];
      }
      logit[expert] = total * rms;
    }
    workgroupBarrier();
  }
}
