import { expose } from 'comlink';
import { withCallback } from '../../src/lib/comlink-callback';
import { installErrorTransfer } from '../../src/lib/comlink-errors';
import { holdLife } from '../../src/lib/worker-life';
import { noPaging, pagingStats } from '../../src/paging/figures';
import type {
  ChosenLogprob,
  EngineApi,
  EngineEvent,
  GenerateDelta,
  GenerateRequest,
  GenerateResult,
  GenerateStats,
  ModelInfo,
} from '../../src/protocol/engine';
import { MixtabError } from '../../src/protocol/errors';

/**
 * An engine without a model behind the real worker border: the prompt says what it does. Any other prompt is answered word by word, or with
 * a call of each tool that is offered.
 */

const stats: GenerateStats = {
  ttftMs: 1,
  promptTokens: 3,
  cachedTokens: 2,
  prefillTokens: 1,
  prefillTokensPerSecond: 1,
  decodeTokens: 1,
  decodeTokensPerSecond: 1,
  hits: 0,
  misses: 0,
  bytesPaged: 0,
  paging: pagingStats(noPaging({ nLayers: 1 }), noPaging({ nLayers: 1 }), 'lru', true),
  submits: 1,
  readbacks: 1,
  dispatches: 1,
  gpuBytes: 0,
};
const budget = { budgetBytes: 9, leastBytes: 1, mostBytes: 9, fixedBytes: 1, slotBytes: 1, slots: 8 };
const info: ModelInfo = {
  id: 'scripted',
  name: 'Scripted',
  layers: 1,
  experts: 2,
  topK: 1,
  vocabSize: 100,
  contextLength: 64,
  parameters: 1,
  packBytes: 1,
  adapter: 'none',
  softwareAdapter: true,
  kernelVariant: 'none',
  maxContextLength: 64,
  kvBytes: 1,
  loaded: { policy: 'reuse', ramBytes: null, lossy: {} },
  defaults: { temperature: 0.7, topP: 0.9 },
  chat: true,
  budget,
  notice: null,
};

const asked: string[] = [];
const cancelled = new Set<string>();
const wakers = new Map<string, () => void>();
let emit: (event: EngineEvent) => void = () => {};

async function generate(request: GenerateRequest, call: (delta: GenerateDelta) => void): Promise<GenerateResult> {
  const { input } = request;
  const prompt =
    'prompt' in input
      ? input.prompt
      : 'messages' in input
        ? (input.messages.at(-1)?.content ?? '')
        : input.ids.join(' ');
  if (prompt === 'asked?') return result([asked.join()], 'stop');
  asked.push(prompt);
  if (prompt === 'uncaught')
    setTimeout(() => {
      throw new Error('boom');
    });
  if (prompt === 'typed')
    throw new MixtabError('context-overflow', 'prompt: expected 64, got 65', 'Shorten it.', {
      tokens: 65,
      fn: () => {},
    });
  if (prompt === 'plain') throw new RangeError('odd');
  if (prompt === 'uncloneable') return { routing: () => {} } as unknown as GenerateResult;
  if (prompt === 'request') return result([JSON.stringify(request)], 'stop');
  if (prompt === 'cancelled?') return result([[...cancelled].join()], 'stop');
  const tools = 'messages' in input && input.toolChoice !== 'none' ? (input.tools ?? []) : [];
  if (tools.length > 0) {
    const toolCalls = tools.map(({ name }, index) => ({ id: `call0000${index}`, name, arguments: '{}' }));
    for (const [index, toolCall] of toolCalls.entries()) {
      call({ ...token(index, '', 0), toolCalls: [toolCall] });
    }
    return { ...result([''], 'tool_calls'), toolCalls };
  }
  const words = prompt === 'hang silently' ? [] : prompt.split(/(?= )/);
  const logprobs = request.logprobs === undefined ? undefined : words.map((word) => logprobOf(word, request.logprobs));
  for (const [index, word] of words.entries()) {
    call({ ...token(index, word, index % 2), logprobs: logprobs?.slice(index, index + 1) });
  }
  if (prompt.startsWith('hang') && self.name !== 'never-hangs') {
    await new Promise<void>((resolve) => wakers.set(request.id, resolve));
    return result(words, 'abort');
  }
  if (prompt.startsWith('cut')) return result(words, 'abort');
  if (prompt.startsWith('stumble')) throw new MixtabError('device-lost', 'GPU: expected a device, got a lost one');
  return { ...result(words, 'stop'), logprobs };
}

/** What a token that went through this expert tells. */
function token(id: number, text: string, expert: number): GenerateDelta {
  return { text, ids: [id], pieces: [text], picks: [[[expert]]], weights: [[[1]]], stats };
}

/** A token of probability 1/2, and so many of 1/4 beside it. */
function logprobOf(token: string, top = 0): ChosenLogprob {
  const bytes = [...new TextEncoder().encode(token)];
  const other = (index: number) => ({ id: index, token: `other${index}`, bytes: [], logprob: Math.log(1 / 4) });
  return {
    id: 0,
    token,
    bytes,
    logprob: Math.log(1 / 2),
    top: Array.from({ length: top }, (_, index) => other(index)),
  };
}

function result(words: string[], finishReason: GenerateResult['finishReason']): GenerateResult {
  return {
    text: words.join(''),
    ids: words.map((_, index) => index),
    promptIds: [1, 2, 3],
    finishReason,
    stats,
    routing: [[[0]]],
  };
}

installErrorTransfer();
holdLife(self);
expose({
  async load(model, options, onProgress) {
    if (model.id === 'missing')
      throw new MixtabError('model-not-found', 'model: expected a pack, got 404', 'Check the address.');
    if (model.id === 'slow') await new Promise(() => {});
    return withCallback(onProgress, async (call) => {
      call({
        phase: 'ready',
        progress: 1,
        loadedBytes: options.budgetBytes ?? 0,
        totalBytes: 1,
        bytesPerSecond: null,
        secondsLeft: null,
      });
      return { ...info, id: model.id, name: model.url ?? model.id };
    });
  },
  generate: (request, onDelta) => withCallback(onDelta, (call) => generate(request, call)),
  cancel(id) {
    cancelled.add(id);
    wakers.get(id)?.();
  },
  async setBudget(budgetBytes) {
    if (budgetBytes < 1) throw new MixtabError('budget-too-small', 'budget: expected 1, got 0', '', { leastBytes: 1 });
    emit({ type: 'budget', budget: { ...budget, budgetBytes } });
    return { ...budget, budgetBytes };
  },
  subscribe(listener) {
    emit = listener;
  },
  countTokens: async (messages) => messages.length,
  tokenize: async (text) => [...text].map((_, index) => index),
  detokenize: async (ids) => ids.join(' '),
  applyChatTemplate: async (messages) => messages.map(({ content }) => content).join('\n'),
  stats: async () => ({ gpuBytes: 0, budget, loadMs: 1, expertsTotal: 2, adapter: 'none' }),
  async unload() {},
} satisfies EngineApi);
