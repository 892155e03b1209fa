import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultControl, HostOptions, When } from './faults';

/** Where the server takes orders over HTTP; no file can lie there. */
const CONTROL = '/-/';

/** Answers a request to the server itself; false when it is one for a file. */
export async function answerControl(
  control: FaultControl,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!path.startsWith(CONTROL)) return false;
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Allow-Headers', '*');
  const query = new URL(request.url ?? '', control.url).searchParams;
  const order = JSON.parse(query.get('order') ?? '{}') as Order;
  if (request.method === 'OPTIONS') response.end();
  else response.end(JSON.stringify(await obey(control, order, request)));
  return true;
}

export type Order =
  | { do: 'serve'; path: string; options?: HostOptions }
  | { do: 'fail'; path: string; fault: Fault; when?: When }
  | { do: 'log'; below?: string }
  | { do: 'hung'; path: string; count: number };

async function obey(control: FaultControl, order: Order, request: IncomingMessage): Promise<unknown> {
  switch (order.do) {
    case 'serve':
      return (await control.serve(order.path, Buffer.concat(await request.toArray()), order.options)) ?? null;
    case 'fail':
      return (await control.fail(order.path, order.fault, order.when)) ?? null;
    case 'log':
      return await control.log(order.below);
    case 'hung':
      return (await control.hung(order.path, order.count)) ?? null;
  }
}
