// The sum of squares of a row by a whole workgroup. The kernel provides x: array<vec4f>, and overrides DIM and ROW_WG.
var<workgroup> square_partial: array<f32, ROW_WG>;

// Over the row that starts at vec4 index `first`. Call from uniform control flow.
fn sum_of_squares(first: u32, local: u32) -> f32 {
  var sum = 0.0;
  for (var i = local; i < DIM / 4u; i += ROW_WG) {
    let v = x[first + i];
    sum += dot(v, v);
  }
  square_partial[local] = sum;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < ROW_WG; i++) {
    total += square_partial[i];
  }
  return total;
}
