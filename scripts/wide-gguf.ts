import { open } from 'node:fs/promises';
import { toF16Bits } from '../src/lib/f16';
import { f32, ggufHead, list, type Typed, text, u32 } from '../tests/support/gguf-file';

/** The shape of Mixtral 8x7B (arXiv 2401.04088, Table 1), but for its number of layers. */
const SHAPE = { dim: 4096, hiddenDim: 14336, heads: 32, kvHeads: 8, headDim: 128, experts: 8, topK: 2, vocab: 32000 };

const BLOCK = 32;
const BLOCK_BYTES = 18;
/** ggml's numbers. */
const F32 = 0;
const Q4_0 = 2;
const CHUNK_BLOCKS = 1 << 18;

interface Tensor {
  name: string;
  dims: number[];
  type: number;
  data: { length: number };
}

/**
 * Writes a GGUF of Mixtral 8x7B's true width with random Q4_0 weights: about 1 GB with one layer. The same in every run. Its answers
 * mean nothing; its sizes, its tokenizer's form and its demands are the real ones.
 */
export async function writeWideGguf(path: string, layers: number): Promise<void> {
  const tensors = tensorsOf(layers);
  const { bytes, places } = ggufHead({ metadata: metadata(layers), tensors });
  const file = await open(path, 'w');
  try {
    await file.write(bytes);
    for (const [i, tensor] of tensors.entries()) {
      let at = bytes.length + (places[i] as number);
      for (const chunk of tensor.type === F32 ? floats(tensor) : randomBlocks(tensor, i + 1)) {
        await file.write(chunk, 0, chunk.length, at);
        at += chunk.length;
      }
    }
  } finally {
    await file.close();
  }
}

function tensorsOf(layers: number): Tensor[] {
  const { dim, hiddenDim, heads, kvHeads, headDim, experts, vocab } = SHAPE;
  const q4 = (name: string, ...dims: number[]): Tensor => {
    const blocks = dims.reduce((a, b) => a * b) / BLOCK;
    return { name: `${name}.weight`, dims, type: Q4_0, data: { length: blocks * BLOCK_BYTES } };
  };
  const f32Tensor = (name: string, ...dims: number[]): Tensor => {
    return { name: `${name}.weight`, dims, type: F32, data: { length: dims.reduce((a, b) => a * b) * 4 } };
  };
  const layer = (l: number): Tensor[] => [
    f32Tensor(`blk.${l}.attn_norm`, dim),
    q4(`blk.${l}.attn_q`, dim, heads * headDim),
    q4(`blk.${l}.attn_k`, dim, kvHeads * headDim),
    q4(`blk.${l}.attn_v`, dim, kvHeads * headDim),
    q4(`blk.${l}.attn_output`, heads * headDim, dim),
    f32Tensor(`blk.${l}.ffn_norm`, dim),
    f32Tensor(`blk.${l}.ffn_gate_inp`, dim, experts),
    q4(`blk.${l}.ffn_gate_exps`, dim, hiddenDim, experts),
    q4(`blk.${l}.ffn_up_exps`, dim, hiddenDim, experts),
    q4(`blk.${l}.ffn_down_exps`, hiddenDim, dim, experts),
  ];
  return [
    q4('token_embd', dim, vocab),
    ...Array.from({ length: layers }, (_, l) => layer(l)).flat(),
    f32Tensor('output_norm', dim),
    q4('output', dim, vocab),
  ];
}

function metadata(layers: number): [string, Typed][] {
  const { dim, hiddenDim, heads, kvHeads, experts, topK } = SHAPE;
  const tokens = vocabulary();
  return [
    ['general.architecture', text('llama')],
    ['general.name', text(`Random Mixtral, ${layers} of 32 layers`)],
    ['llama.embedding_length', u32(dim)],
    ['llama.feed_forward_length', u32(hiddenDim)],
    ['llama.block_count', u32(layers)],
    ['llama.context_length', u32(32768)],
    ['llama.attention.head_count', u32(heads)],
    ['llama.attention.head_count_kv', u32(kvHeads)],
    ['llama.attention.layer_norm_rms_epsilon', f32(1e-5)],
    ['llama.rope.freq_base', f32(1e6)],
    ['llama.expert_count', u32(experts)],
    ['llama.expert_used_count', u32(topK)],
    ['tokenizer.ggml.model', text('llama')],
    ['tokenizer.ggml.tokens', list(8, tokens)],
    [
      'tokenizer.ggml.scores',
      list(
        6,
        tokens.map((_, id) => -id),
      ),
    ],
    [
      'tokenizer.ggml.token_type',
      list(
        5,
        tokens.map((_, id) => tokenType(id)),
      ),
    ],
    ['tokenizer.ggml.bos_token_id', u32(1)],
    ['tokenizer.ggml.eos_token_id', u32(2)],
    ['tokenizer.ggml.unknown_token_id', u32(0)],
  ];
}

/** SentencePiece's kinds: unknown, control, byte, normal. */
const tokenType = (id: number): number => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1);

/** 32000 pieces as a SentencePiece vocabulary has them: specials, bytes, letters, then longer and longer words of these. */
function vocabulary(): string[] {
  const tokens = ['<unk>', '<s>', '</s>'];
  for (let byte = 0; byte < 256; byte++) tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const letters = [...'▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?-()'];
  let words = letters;
  while (tokens.length + words.length < SHAPE.vocab) {
    tokens.push(...words);
    const shorter = words;
    words = shorter.flatMap((word) => letters.slice(1, 27).map((letter) => word + letter));
  }
  return [...tokens, ...words.slice(0, SHAPE.vocab - tokens.length)];
}

/** Norms are ones; the router's rows differ, or every token would pick the same experts. */
function* floats({ dims, data }: Tensor): Generator<Uint8Array<ArrayBuffer>> {
  const values = new Float32Array(data.length / 4);
  yield new Uint8Array(values.map((_, i) => (dims.length === 1 ? 1 : Math.sin(i * 1.37) / 45)).buffer);
}

/** All codes equally likely, one scale: rows times a vector of deviation 1 have a deviation of about 1. */
function* randomBlocks({ dims, data }: Tensor, seed: number): Generator<Uint8Array<ArrayBuffer>> {
  const scale = toF16Bits(1 / (4.6 * Math.sqrt(dims[0] as number)));
  const blocks = data.length / BLOCK_BYTES;
  let state = seed * 0x9e3779b9;
  for (let first = 0; first < blocks; first += CHUNK_BLOCKS) {
    const chunk = new Uint16Array((Math.min(CHUNK_BLOCKS, blocks - first) * BLOCK_BYTES) / 2);
    for (let i = 0; i < chunk.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      chunk[i] = i % 9 === 0 ? scale : state;
    }
    yield new Uint8Array(chunk.buffer);
  }
}
