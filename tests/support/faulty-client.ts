import { inject } from 'vitest';
import type { FaultControl, Sent } from './faults';
import type { Order } from './faulty-control';

/** The server of the whole browser run, for one test: its files lie below a folder of their own, which all paths are relative to. */
export function faultyServer(): FaultControl {
  const server = inject('faultyServer');
  const folder = `/${crypto.randomUUID()}`;
  const send = async (order: Order, body?: Uint8Array<ArrayBuffer>): Promise<unknown> => {
    const response = await fetch(`${server}/-/?order=${encodeURIComponent(JSON.stringify(order))}`, {
      method: 'POST',
      body: body ?? null,
    });
    return await response.json();
  };
  return {
    url: server + folder,
    serve: async (path, bytes, options = {}) => {
      await send({ do: 'serve', path: folder + path, options }, Uint8Array.from(bytes));
    },
    fail: async (path, fault, when = {}) => {
      await send({ do: 'fail', path: folder + path, fault, when });
    },
    log: async (below = '/') => (await send({ do: 'log', below: folder + below })) as Sent[],
    hung: async (path, count) => {
      await send({ do: 'hung', path: folder + path, count });
    },
  };
}
