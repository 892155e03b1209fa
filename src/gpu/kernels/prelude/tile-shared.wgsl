// The GPU's way: both tiles of a group are staged in workgroup memory, transposed to [k][element], so that a 4x4 block costs two vec4 reads a k.
var<workgroup> tile_x: array<vec4f, 256>;
var<workgroup> tile_w: array<vec4f, 256>;

// Stage group g of the input; thread (token quad, k4) turns a 4x4 block.
fn stage_x(g: u32, local: u32) {
  let k4 = local % 8u;
  let i = input_rows + g * 8u + k4;
  let a = input(i.x);
  let b = input(i.y);
  let c = input(i.z);
  let d = input(i.w);
  for (var k = 0u; k < 4u; k++) {
    tile_x[(k4 * 4u + k) * 8u + local / 8u] = vec4f(a[k], b[k], c[k], d[k]);
  }
}

// Stage group g of 32 rows; thread (row quad, k4) turns a 4x4 block.
fn stage_w(m: Matrix, first_row: u32, g: u32, local: u32) {
  let quad = local / 8u;
  let k4 = local % 8u;
  let at = row_groups(m, first_row + quad * 4u, g);
  let a = weights_of(m, at.x, k4, scale_of(m, at.x));
  let b = weights_of(m, at.y, k4, scale_of(m, at.y));
  let c = weights_of(m, at.z, k4, scale_of(m, at.z));
  let d = weights_of(m, at.w, k4, scale_of(m, at.w));
  for (var k = 0u; k < 4u; k++) {
    tile_w[(k4 * 4u + k) * 8u + quad] = vec4f(a[k], b[k], c[k], d[k]);
  }
}

// sums[i] += input row i of the thread * rows first_row + 4 * (local % 8) .. + 3 of the matrix, over group g.
// `fresh`: this group of the input is not staged yet. Call from uniform control flow.
fn multiply_group(sums: ptr<function, array<vec4f, 4>>, m: Matrix, first_row: u32, g: u32, local: u32, fresh: bool) {
  workgroupBarrier();
  if (fresh) {
    stage_x(g, local);
  }
  stage_w(m, first_row, g, local);
  workgroupBarrier();
  for (var k = 0u; k < 32u; k++) {
    let x = tile_x[k * 8u + local / 8u];
    let w = tile_w[k * 8u + local % 8u];
    (*sums)[0] += x.x * w;
    (*sums)[1] += x.y * w;
    (*sums)[2] += x.z * w;
    (*sums)[3] += x.w * w;
  }
}
