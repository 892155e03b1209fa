import type { ConnectServer, CreateEngine, LocalEngine, RemoteEngine, ServerAddress } from '../src/app/engine-port';
import type { ChatBody, ChatCompletionChunk, ClientEvent, TextCompletionChunk } from '../src/client';
import { noPaging, pagingStats } from '../src/paging/figures';
import {
  type BudgetInfo,
  type EngineEvent,
  type GenerateStats,
  type LoadProgress,
  type ModelInfo,
  RESIDENCY,
} from '../src/protocol/engine';
import { MixtabError } from '../src/protocol/errors';

/** What the stand-in does, for tests of the page's own logic and for drawing it. It is no engine and never ships. */
export interface StandInOptions {
  /** Waits before each token and each load step. */
  pace?: () => Promise<void>;
  layers?: number;
  experts?: number;
  /** The words of every answer, one a token. */
  answer?: string;
  contextLength?: number;
  /** False: a base model. Default true. */
  chat?: boolean;
  /** Thrown by load, by a request after its third token, or by setBudget. */
  failLoad?: MixtabError;
  failConnect?: MixtabError;
  /** The model of this id is not found. */
  gone?: string;
  failAnswer?: MixtabError;
  failBudget?: MixtabError;
}

const TOP_K = 2;

export interface StandIn {
  createEngine: CreateEngine;
  connectServer: ConnectServer;
  emit(event: ClientEvent): void;
  requests: ChatBody[];
  /** Of text completions. */
  prompts: string[];
  budgets: number[];
  /** Servers that were connected to. */
  servers: ServerAddress[];
  /** Ids of the models that were loaded. */
  loads: string[];
  options: StandInOptions;
}

export function standIn(options: StandInOptions = {}): StandIn {
  const listeners = new Map<string, Set<(event: never) => void>>();
  const emit = (event: ClientEvent) => {
    for (const listener of listeners.get(event.type) ?? []) listener(event as never);
  };
  const self: StandIn = {
    createEngine,
    connectServer,
    emit,
    requests: [],
    prompts: [],
    budgets: [],
    servers: [],
    loads: [],
    options,
  };
  return self;

  async function connectServer(server: ServerAddress): Promise<RemoteEngine> {
    if (options.failConnect) throw options.failConnect;
    self.servers.push(server);
    return {
      origin: { type: 'server', baseUrl: server.baseUrl },
      model: server.model,
      chat: {
        completions: {
          async create(body) {
            self.requests.push(body);
            return serverAnswer();
          },
        },
      },
      completions: {
        create: () => Promise.reject(new MixtabError('request-invalid', 'the page asks a server for chats alone')),
      },
      async unload() {},
    };
  }

  async function* serverAnswer(): AsyncGenerator<ChatCompletionChunk> {
    for (const word of (options.answer ?? STORY).split(/(?<=\s)/)) yield chunk({ content: word }, null);
    yield chunk({}, 'stop');
  }

  async function createEngine(...[model, load]: Parameters<CreateEngine>): Promise<LocalEngine> {
    const { layers = 4, experts = 8, contextLength = 512 } = options;
    for (let step = 0; step <= 8; step++) {
      load.onProgress?.(progressAt(step));
      await options.pace?.();
    }
    if (load.signal?.aborted) throw new MixtabError('aborted', 'load: aborted');
    if (options.failLoad) throw options.failLoad;
    if (options.gone === model.id) throw new MixtabError('model-not-found', `${model.id}: not here`);
    self.loads.push(model.id);
    let budget = budgetOf(load.budgetBytes ?? Number.POSITIVE_INFINITY, layers * experts);
    const info: ModelInfo = {
      id: model.id,
      name: 'Mixtab Tiny',
      layers,
      experts,
      topK: TOP_K,
      vocabSize: 2048,
      contextLength: load.contextLength ?? contextLength,
      parameters: 14_400_000,
      packBytes: 8_200_000,
      adapter: 'stand-in',
      softwareAdapter: false,
      kernelVariant: 'none',
      maxContextLength: 4 * contextLength,
      kvBytes: 2048 * (load.contextLength ?? contextLength),
      loaded: {
        policy: load.paging?.policy ?? 'reuse',
        ramBytes: load.paging?.ramBytes ?? null,
        lossy: load.lossy ?? {},
      },
      defaults: { temperature: 0.7, topP: 0.9 },
      chat: options.chat ?? true,
      budget,
      notice: null,
    };
    const resident: number[] = [];
    const emitResidency = () => emit(residency(resident, layers * experts));
    for (let index = 0; index < budget.slots; index++) resident.push(index);
    queueMicrotask(emitResidency);

    async function* answer(maxTokens: number, signal?: AbortSignal): AsyncGenerator<ChatCompletionChunk> {
      const words = (options.answer ?? STORY).split(/(?<=\s)/);
      const stats = { ...NO_STATS, promptTokens: 24, prefillTokens: 24, gpuBytes: budget.budgetBytes };
      for (const [token, word] of words.entries()) {
        await options.pace?.();
        if (signal?.aborted) return yield chunk({}, 'abort');
        if (options.failAnswer && token === 3) throw options.failAnswer;
        const picks = Array.from({ length: layers }, (_, layer) => [
          (token + layer) % experts,
          (token * 3 + layer * 5 + 1) % experts,
        ]);
        for (const [layer, pair] of picks.entries()) {
          for (const expert of pair) touch(layer * experts + expert, stats);
        }
        const routed = { pieces: [word], picks: [picks], weights: [picks.map(() => [0.75, 0.25])] };
        emitResidency();
        stats.decodeTokens = token + 1;
        stats.decodeTokensPerSecond = 31.4;
        const last = token === words.length - 1;
        const finish_reason = last ? 'stop' : token + 1 === maxTokens ? 'length' : null;
        yield { ...chunk({ content: word }, null), mixtab: { stats: { ...stats }, ...routed } };
        if (finish_reason) return yield chunk({}, finish_reason);
      }
    }

    function touch(index: number, stats: GenerateStats): void {
      const at = resident.indexOf(index);
      if (at >= 0) {
        resident.splice(at, 1);
        stats.hits++;
      } else {
        if (resident.length >= budget.slots) resident.shift();
        stats.misses++;
        stats.bytesPaged += budget.slotBytes;
      }
      resident.push(index);
    }

    return {
      origin: { type: 'local' },
      info,
      async setBudget(bytes) {
        self.budgets.push(bytes);
        await options.pace?.();
        if (options.failBudget) throw options.failBudget;
        budget = budgetOf(bytes, layers * experts);
        resident.splice(0, resident.length - budget.slots);
        emitResidency();
        return budget;
      },
      on(type, listener) {
        const set = listeners.get(type) ?? new Set();
        listeners.set(type, set.add(listener));
        return () => set.delete(listener);
      },
      chat: {
        completions: {
          async create(body, { signal }) {
            self.requests.push(body);
            return answer(body.max_tokens ?? contextLength, signal);
          },
        },
      },
      completions: {
        async create(body, { signal }) {
          self.prompts.push(body.prompt);
          return textOf(answer(body.max_tokens ?? contextLength, signal));
        },
      },
      // Ten tokens for each message, and one a character.
      countTokens: async (messages) => messages.reduce((sum, { content }) => sum + 10 + content.length, 0),
      tokenize: async (text) => [...text].map((character) => character.codePointAt(0) ?? 0),
      generate: async () => {
        throw new MixtabError('internal', 'stand-in: expected a chat, got a bare request');
      },
      stats: async () => ({ gpuBytes: budget.budgetBytes, budget, loadMs: 1, expertsTotal: 32, adapter: 'stand-in' }),
      async unload() {},
    };
  }
}

function chunk(delta: { content?: string }, finish_reason: 'stop' | 'length' | 'abort' | null): ChatCompletionChunk {
  const head = { id: 'c', object: 'chat.completion.chunk', created: 0, model: 'stand-in' } as const;
  return { ...head, choices: [{ index: 0, delta, finish_reason }] };
}

async function* textOf(chunks: AsyncIterable<ChatCompletionChunk>): AsyncGenerator<TextCompletionChunk> {
  for await (const { choices, mixtab } of chunks) {
    const text = choices[0]?.delta.content ?? '';
    const head = { id: 'c', object: 'text_completion', created: 0, model: 'stand-in' } as const;
    const reason = choices[0]?.finish_reason ?? null;
    const choice = {
      index: 0,
      text,
      logprobs: null,
      finish_reason: reason === 'tool_calls' ? 'stop' : reason,
    } as const;
    yield { ...head, choices: [choice], ...(mixtab ? { mixtab } : {}) };
  }
}

function budgetOf(budgetBytes: number, expertsTotal: number): BudgetInfo {
  const fixedBytes = 2_000_000;
  const slotBytes = 221_184;
  const leastBytes = fixedBytes + TOP_K * slotBytes;
  const mostBytes = fixedBytes + expertsTotal * slotBytes;
  const given = Math.min(budgetBytes, mostBytes);
  if (given < leastBytes) {
    const message = `GPU memory: expected ${leastBytes} bytes or more, got ${given}`;
    throw new MixtabError('budget-too-small', message, 'Give the model more memory.', { leastBytes });
  }
  const slots = Math.floor((given - fixedBytes) / slotBytes);
  return { budgetBytes: given, leastBytes, mostBytes, fixedBytes, slotBytes, slots };
}

function residency(resident: number[], total: number): EngineEvent {
  const states = new Uint8Array(total);
  for (const index of resident) states[index] = RESIDENCY.resident;
  return { type: 'residency', states, evictions: 0 };
}

function progressAt(step: number): LoadProgress {
  const totalBytes = 8_200_000;
  return {
    phase: step === 0 ? 'manifest' : step < 7 ? 'download' : 'shaders',
    progress: step / 8,
    loadedBytes: Math.min(totalBytes, (totalBytes * step) / 7),
    totalBytes,
    bytesPerSecond: 2_000_000,
    secondsLeft: 8 - step,
  };
}

const NO_STATS: GenerateStats = {
  ttftMs: 120,
  promptTokens: 0,
  cachedTokens: 0,
  prefillTokens: 0,
  prefillTokensPerSecond: 300,
  decodeTokens: 0,
  decodeTokensPerSecond: 0,
  hits: 0,
  misses: 0,
  bytesPaged: 0,
  paging: pagingStats(noPaging({ nLayers: 1 }), noPaging({ nLayers: 1 }), 'lru', true),
  submits: 0,
  readbacks: 0,
  dispatches: 0,
  gpuBytes: 0,
};

const STORY = `Once upon a time, there was a little cat named Tom. Tom liked to sit by the window and look at the birds.
One day, a small bird came and sat on the sill. "Hello, Tom," said the bird. "Do you want to play?"

Tom was very happy. He ran out of the house and into the garden, and there they played hide and seek until the sun
went down. When it was dark, the bird said, "I must go home now." Tom waved his paw. "Come back tomorrow!" he said.
And the bird did, the next day and every day after that, and they were the best of friends.`;
