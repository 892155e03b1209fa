import { packStep } from '../gpu/step';
import type { Pager } from '../paging/pager';
import type { Route } from './routing';
import { NO_FAULT, type StepIo, type StepOptions, type StepResult, type StepState } from './step-io';
import type { Transformer } from './transformer';

export interface DecodeOptions extends StepOptions {
  /** Runs this token instead of the one that the last step sampled. */
  token?: number | undefined;
}

/** Runs a token at `position` and samples its successor: one submit and one readback when nothing is missing. */
export async function decode(
  io: StepIo,
  transformer: Transformer,
  pager: Pager,
  position: number,
  { sampling, signal, token, logits }: DecodeOptions,
): Promise<StepResult> {
  const step = transformer.decodeStep(position);
  io.write('step', packStep(step));
  io.writeSampling(sampling, position + 1);
  if (token !== undefined) io.write('state', Uint32Array.of(NO_FAULT, token));
  let state = await decodeFrom(-1);
  let observed = 0;
  const faulted = new Set<number>();
  while (state.fault !== NO_FAULT) {
    const layer = state.fault;
    const { experts } = state.routes[layer] as Route;
    // What this token has used so far is the last to be evicted for it.
    for (; observed <= layer; observed++) pager.observe(observed, state.routes[observed] as Route, true);
    await pager.demand(layer, experts, 'pick', signal);
    faulted.add(layer);
    io.write('state', Uint32Array.of(NO_FAULT));
    const resumed = decodeFrom(layer);
    pager.foresee(layer, experts, state.foresight);
    state = await resumed;
  }
  state.routes.forEach((route, layer) => {
    if (layer >= observed) pager.observe(layer, route, true);
    if (!faulted.has(layer)) pager.hit(layer, route.experts.length);
  });
  pager.nextToken(state.routes.map(({ experts }) => experts));
  return { token: state.token, logits: state.logits, routes: [state.routes] };

  async function decodeFrom(layer: number): Promise<StepState> {
    const commands = io.commands('decode');
    transformer.decode(commands, step.splits, layer);
    const standIns = pager.standIns();
    const state = await io.submitAndReadState(commands, logits);
    state.routes.forEach(({ experts }, l) => {
      if (l >= layer && l < state.fault) pager.used(l, experts, standIns);
    });
    return state;
  }
}
