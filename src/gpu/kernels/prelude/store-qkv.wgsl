// Where a pair of rows of wqkv goes: q to its buffer, k and v to the cache; RoPE on q and k.
// The kernel provides N_HEADS, N_KV_HEADS, HEAD_DIM, CONTEXT, q, kv and step.
fn store_pair(pair: u32, value: vec2f, token: u32) {
  let half = HEAD_DIM / 2u;
  let head = pair / half;
  let i = pair % half;
  let position = step.position + token;
  if (head < N_HEADS) {
    q[(token * N_HEADS + head) * half + i] = rope(value, i, position);
  } else if (head < N_HEADS + N_KV_HEADS) {
    kv[((head - N_HEADS) * CONTEXT + position) * half + i] = pack2x16float(rope(value, i, position));
  } else if (head < N_HEADS + 2u * N_KV_HEADS) {
    kv[((head - N_HEADS) * CONTEXT + position) * half + i] = pack2x16float(value);
  }
}
