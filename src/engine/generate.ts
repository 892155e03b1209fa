import { abortedError, throwIfAborted } from '../lib/abort';
import { checkExperts } from '../model/expert-mask';
import { checkLogitBias, checkLogprobs, resolveSampling } from '../model/sampling';
import type { StepResult } from '../model/step-io';
import { callId } from '../model/tools/calls';
import type { ChosenLogprob, GenerateDelta, GenerateRequest, GenerateResult } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { Answer } from './answer';
import type { LoadedModel } from './loaded-model';
import { begunOf, constraintOf, promptOf } from './prompt';
import { PromptLogits } from './prompt-logits';
import { RequestMeter } from './request-meter';
import { type Chosen, TokenChoice } from './token-choice';
import { TraceRecorder } from './trace-recorder';

/** Device losses that one request outlives. */
const MOST_REBUILDS = 2;

/**
 * Answers one request: the prompt's new part through prefill, then token by token. After a device loss the model is built anew and all tokens
 * so far go through prefill again, so the answer goes on where it was.
 * Rejects with `request-invalid`, `context-overflow`, and `aborted` when stopped before the first token.
 */
export async function generate(
  model: LoadedModel,
  request: GenerateRequest,
  signal: AbortSignal,
  send: (delta: GenerateDelta) => void,
): Promise<GenerateResult> {
  const { manifest } = model.pack;
  const sampling = resolveSampling(request.sampling, manifest.generation);
  const { vocabSize } = manifest.config;
  checkLogitBias(request.logitBias, vocabSize);
  checkLogprobs(request.logprobs);
  const experts = checkExperts(request.experts, model.info);
  const promptIds = promptOf(model, request);
  const begun = begunOf(model, request);
  const { contextLength } = model.gpuModel.extent;
  const most = Math.min(maxTokensOf(request), contextLength - promptIds.length + 1);
  const constraint = constraintOf(request);
  const guide = constraint && (await model.grammars.guide(constraint, most));
  const choice = new TokenChoice(request, sampling, guide, promptIds, vocabSize);
  const prompt = new PromptLogits(request, promptIds, vocabSize);
  if (prompt.wanted) model.session.truncate(0);
  const cached = model.session.reuse(promptIds, experts);
  const meter = new RequestMeter(model.startPaging());
  const stats = () => meter.stats({ tokens: promptIds.length, cached });
  // What goes on from a text keeps its leading space, and a grammar says itself where there is one; else an answer stands by itself.
  const { input } = request;
  const goesOn = 'prompt' in input || ('messages' in input && input.continueFinal === true);
  const after = goesOn || request.constraint ? promptIds : [];
  const answer = new Answer(
    model.tokenizer,
    {
      stop: request.stop,
      eosIds: manifest.config.eosIds,
      after,
      callIdOf: constraint?.type === 'calls' ? (index) => callId(sampling.seed, promptIds.length, index) : null,
    },
    stats,
    (delta) => {
      send(delta);
      model.emit({ type: 'routing', requestId: request.id, picks: delta.picks, weights: delta.weights });
      model.emit({ type: 'paging', requestId: request.id, stats: delta.stats.paging });
    },
  );
  const trace = request.trace ? new TraceRecorder(manifest) : null;
  if (!choice.wantsLogits && !trace) for (const id of begun.slice(0, most)) answer.push(id, []);

  let rebuilds = 0;
  let started = false;
  try {
    while (answer.finishReason === null && answer.ids.length < most) await nextTokenOrRebuild();
  } finally {
    guide?.dispose();
  }
  answer.finish('length');
  return {
    ...answer.outcome,
    promptIds,
    logprobs: request.logprobs === undefined ? undefined : answer.logprobs,
    stats: stats(),
    routing: routingOf(model),
    ...prompt.outcome,
    trace: trace?.trace,
  };

  async function nextTokenOrRebuild(): Promise<void> {
    try {
      throwIfAborted(signal);
      await nextToken();
    } catch (error) {
      if (isLoss(error) && rebuilds++ < MOST_REBUILDS) {
        await model.rebuild(error);
        started = false;
      } else if (signal.aborted && answer.ids.length > 0) {
        answer.finish('abort');
      } else {
        throw signal.aborted ? abortedError(signal) : error;
      }
    }
  }

  async function nextToken(): Promise<void> {
    const { session } = model;
    const kind = started ? 'decode' : 'prefill';
    const pending = started ? answer.ids.slice(-1) : [...promptIds, ...answer.ids].slice(session.ids.length);
    const options = { sampling, signal, logits: choice.wantsLogits };
    const result = await model.step(async ({ gpu, runner }) => {
      if (!started) runner.startRequest(promptIds, answer.ids, experts);
      return meter.step(kind, pending.length, gpu, () =>
        kind === 'decode'
          ? runner.decode(session.ids.length, { ...options, token: choice.onCpu ? pending[0] : undefined })
          : runner.prefill(pending, session.ids.length, {
              ...options,
              onLogits: prompt.wanted ? prompt.take : undefined,
            }),
      );
    });
    started = true;
    session.append(pending, result.routes);
    trace?.add(kind, result.routes, model.gpuModel.extent.chunk);
    await take(result);
  }

  async function take(result: StepResult): Promise<void> {
    const chosen = await choice.next(result, most - answer.ids.length);
    answer.push(chosen.token, result.routes.at(-1) ?? [], spelt(model, chosen));
    if (choice.complete) answer.finish('stop');
  }
}

function spelt({ tokenizer }: LoadedModel, { logprob }: Chosen): ChosenLogprob | null {
  if (logprob === null) return null;
  const spell = (of: { id: number; logprob: number }) => {
    const { text, bytes } = tokenizer.spell(of.id);
    return { id: of.id, token: text, bytes, logprob: of.logprob };
  };
  return { ...spell(logprob), top: logprob.top.map(spell) };
}

function maxTokensOf({ maxTokens }: GenerateRequest): number {
  if (Number.isInteger(maxTokens) && maxTokens >= 1) return maxTokens;
  throw new MixtabError(
    'request-invalid',
    `maxTokens: expected a whole number, 1 or more, got ${maxTokens}`,
    'Correct maxTokens or leave it out.',
  );
}

/** `[layer][token][k]` expert ids of every token that went through the model. */
function routingOf({ session, pack }: LoadedModel): number[][][] {
  return Array.from({ length: pack.manifest.config.nLayers }, (_, l) =>
    session.routes.map((layers) => layers[l]?.experts ?? []),
  );
}

function isLoss(error: unknown): error is MixtabError {
  return error instanceof MixtabError && error.code === 'device-lost';
}
