import { Gate } from './gate';
import type { Http } from './http';
import type { OpenOptions } from './opened-source';
import { LIMITS, realTiming } from './timing';

/** The means of requests for one source, and their end. */
export function openHttp(
  options: OpenOptions,
  { headersFor = () => ({}), deniedHint }: Partial<Pick<Http, 'headersFor' | 'deniedHint'>>,
): { http: Http; close: () => void } {
  const closed = new AbortController();
  const http: Http = {
    signal: options.signal ? AbortSignal.any([options.signal, closed.signal]) : closed.signal,
    gate: new Gate(options.requestsInFlight ?? 6),
    timing: options.timing ?? realTiming,
    limits: options.limits ?? LIMITS,
    onNotice: options.onNotice ?? (() => {}),
    headersFor,
    deniedHint,
    wholeOnly: false,
  };
  return { http, close: () => closed.abort() };
}
