import { MixtabError } from '../protocol/errors';

/** A transfer that may succeed when it is tried again. Never leaves this folder: what is given up becomes `network-failed`. */
export class Dropped extends Error {
  constructor(
    message: string,
    readonly details: { status?: number; retryAfterMs?: number; answered?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

export function networkFailed(label: string, dropped: Dropped, tries: number): MixtabError {
  const { status, answered, cause } = dropped.details;
  return new MixtabError(
    'network-failed',
    `${label}: expected its bytes, got ${dropped.message}${tries > 1 ? ` at ${tries} tries in a row` : ''}`,
    answered === false
      ? 'Check the address and the connection; the host may also forbid other sites to read its files (CORS): then download the file and choose it from disk.'
      : 'Check the connection and go on: what is here already is kept.',
    { source: label, ...(status !== undefined && { status }) },
    cause,
  );
}

/** `wasOpen`: the address served before, so the link's time is over rather than the door shut. */
export function denied(label: string, status: number, wasOpen: boolean, hint?: string): MixtabError {
  return new MixtabError(
    'source-denied',
    wasOpen
      ? `${label}: expected the link to go on serving, got status ${status} (has it expired?)`
      : `${label}: expected leave to read it, got status ${status}`,
    wasOpen
      ? 'Go on with a new link to the same file: what is here already is kept.'
      : (hint ?? 'Check that the address can be opened without signing in; a link with a signature may have expired.'),
    { source: label, status, expired: wasOpen },
  );
}

export function notThere(label: string, status: number): MixtabError {
  return new MixtabError(
    'model-not-found',
    `${label}: expected a file, got status ${status}`,
    'Check the address: it leads nowhere, or no longer.',
    { source: label, status },
  );
}

/** `expected`: in words. */
export function wrongStatus(label: string, expected: string, status: number): MixtabError {
  return new MixtabError(
    'network-failed',
    `${label}: expected ${expected}, got status ${status}`,
    'Check the address. Where the host does not serve this file as it should, download it and choose it from disk.',
    { source: label, status },
  );
}

/** Statuses that pass: too busy, too early, a fault of the server's. */
export const passes = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505);

/** An address for people: no user, no password, no query (signatures), no fragment. */
export function labelOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  try {
    return `${protocol}//${host}${decodeURI(pathname)}`;
  } catch {
    return `${protocol}//${host}${pathname}`;
  }
}
