// foresee (decode): after a fault, which experts the layers behind it are likely to pick: their norms and gates on the hidden state as it is
//   before the missing experts' layer (the residual stream changes little from layer to layer: arXiv 2312.17238, section 3.2).
//   state[0]: the fault; x: [dim] f32; gates: [n_layers, 1 + n_experts, dim] f32, of each layer its ffn_norm and then its gate
//   foreseen: [depth, n_experts] f32, logits of the layers behind the fault's
// One workgroup a foreseen layer. Without a fault nothing is missing and it returns; so do workgroups past the last layer.
override DIM: u32;
override N_EXPERTS: u32;
override N_LAYERS: u32;
override EPS: f32;
override ROW_WG: u32;

@group(0) @binding(0) var<storage, read_write> state: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gates: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> foreseen: array<f32>;

var<workgroup> fault: u32;
var<private> layer_first: u32;

fn norm_of(i: u32) -> vec4f {
  return gates[layer_first + i];
}

fn gate_of(i: u32) -> vec4f {
  return gates[layer_first + DIM / 4u + i];
}

@compute @workgroup_size(ROW_WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (local == 0u) {
    fault = state[0];
  }
  let faulted = workgroupUniformLoad(&fault);
  let layer = faulted + 1u + group.x;
  if (faulted == NONE || layer >= N_LAYERS) {
    return;
  }
  layer_first = layer * (1u + N_EXPERTS) * (DIM / 4u);
  compute_logits(0u, inverse_rms(sum_of_squares(0u, local)), local);
  for (var e = local; e < N_EXPERTS; e += ROW_WG) {
    foreseen[group.x * N_EXPERTS + e] = logit[e];
  }
}
