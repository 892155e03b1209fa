// RMSNorm's factor of a row (arXiv 1910.07467). The kernel provides DIM and EPS.
fn inverse_rms(sum_of_squares: f32) -> f32 {
  return inverseSqrt(sum_of_squares / f32(DIM) + EPS);
}
