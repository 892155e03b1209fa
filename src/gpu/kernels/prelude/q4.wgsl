// q4: groups of 32 along K; word j of a group holds elements 4j..4j+3 in its low nibbles and 16+4j..16+4j+3 in its high ones.
// The kernel provides input(i), the i-th vec4 of the vector that the row is multiplied with.

// sum over 32 elements of (nibble - 8) * input, before the scale.
fn dot_group(q: vec4u, first: u32) -> f32 {
  let low = q & vec4u(0x0f0f0f0fu);
  let high = (q >> vec4u(4u)) & vec4u(0x0f0f0f0fu);
  var sum = (vec4f(unpack4xU8(low.x)) - 8.0) * input(first);
  sum += (vec4f(unpack4xU8(low.y)) - 8.0) * input(first + 1u);
  sum += (vec4f(unpack4xU8(low.z)) - 8.0) * input(first + 2u);
  sum += (vec4f(unpack4xU8(low.w)) - 8.0) * input(first + 3u);
  sum += (vec4f(unpack4xU8(high.x)) - 8.0) * input(first + 4u);
  sum += (vec4f(unpack4xU8(high.y)) - 8.0) * input(first + 5u);
  sum += (vec4f(unpack4xU8(high.z)) - 8.0) * input(first + 6u);
  sum += (vec4f(unpack4xU8(high.w)) - 8.0) * input(first + 7u);
  return sum.x + sum.y + sum.z + sum.w;
}
