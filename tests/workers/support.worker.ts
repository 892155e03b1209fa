import { expose } from 'comlink';
import { checkSupport } from '../../src/client/support';
import type { SupportedModel } from '../../src/client/support-shape';

/** What a worker finds. */
const api = { checkSupport: (model: SupportedModel) => checkSupport(model) };

export type SupportWorker = typeof api;

expose(api);
