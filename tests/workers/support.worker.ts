import { expose } from 'comlink';
import { checkSupport } from '../../src/client/support';

/** What a worker finds. */
const api = { checkSupport: (url: string) => checkSupport({ id: 'support-in-a-worker', url }) };

export type SupportWorker = typeof api;

expose(api);
