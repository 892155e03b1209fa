// A matrix whose weights are read four at a time: tiles and embeddings. weights-<format>.wgsl adds scale_of and weights_of.
// The kernel provides word(i) and scale_word(i), the words of its weights.
struct Matrix {
  q: u32,       // word where the codes begin
  scale: u32,   // word where the scales begin
  groups: u32,  // of a row
}
