import { isObject } from '../../lib/json';
import type { EngineEvent, GenerateDelta, LoadOptions, LoadProgress, ModelInfo } from '../../protocol/engine';
import type { ErrorData } from '../../protocol/errors';
import type { EngineLink } from '../link';

/**
 * What tabs of one origin say to each other about one model, over a BroadcastChannel. Everything that is sent must stay readable to all
 * versions of the app that share {@link PROTOCOL}: change it with any change of the messages.
 */
const PROTOCOL = 2;

/** Of a model's channel, and of the Web Lock that its leader holds. Tabs of another protocol are strangers. */
export const groupName = (modelId: string): string => `mixtab/tabs/${PROTOCOL}/${modelId}`;

/** Of the Web Lock that a tab holds as long as it takes part. */
export const tabLockName = (tab: string): string => `mixtab/tab/${tab}`;

/** What can be asked of the engine from any tab. Asking twice does no harm, so a new leader is asked again what was left open. */
const METHODS = [
  'generate',
  'setBudget',
  'countTokens',
  'tokenize',
  'detokenize',
  'applyChatTemplate',
  'stats',
] as const satisfies (keyof EngineLink)[];
export type Method = (typeof METHODS)[number];

/** A call as it crosses: of `generate` without the callback. */
export interface Call {
  /** Unique in its tab. */
  id: number;
  method: Method;
  args: unknown[];
  /** Milliseconds since 1970. What waits for a new leader is answered in the order in which it was asked. */
  askedAt: number;
}

/** The engine that tabs share, as each of them must know it to take over. */
export interface SharedEngine {
  info: ModelInfo;
  /** Options that it was loaded with. */
  load: LoadOptions;
}

/** From a leader to all. `term` names its leadership. */
export type LeaderMessage = { term: string } & (
  | { type: 'leading' }
  | { type: 'progress'; progress: LoadProgress }
  | ({ type: 'ready' } & SharedEngine)
  | { type: 'event'; event: EngineEvent }
);

/** From a leader to the tab that called. */
export type ReplyMessage = { term: string; tab: string; call: number } & (
  | { type: 'delta'; delta: GenerateDelta }
  | { type: 'result'; value: unknown }
  | { type: 'error'; error: ErrorData }
);

/** From a tab to the leader whose `term` it knows. */
export type AskMessage = { term: string; tab: string } & (
  | { type: 'call'; call: Call }
  | { type: 'cancel'; requestId: string }
);

/** `hello`: from a tab that came or comes back, to whoever leads. */
export type TabMessage = LeaderMessage | ReplyMessage | AskMessage | { type: 'hello' };

const FIELDS: Record<TabMessage['type'], Record<string, (value: unknown) => boolean>> = {
  hello: {},
  leading: { term: isText },
  progress: { term: isText, progress: isObject },
  ready: { term: isText, info: isObject, load: isObject },
  event: { term: isText, event: isObject },
  delta: { term: isText, tab: isText, call: Number.isInteger, delta: isDelta },
  result: { term: isText, tab: isText, call: Number.isInteger },
  error: { term: isText, tab: isText, call: Number.isInteger, error: isObject },
  call: { term: isText, tab: isText, call: isCall },
  cancel: { term: isText, tab: isText, requestId: isText },
};

/** A message as it came, or null for what none of this protocol says. Arguments are left to the engine, which checks them. */
export function readMessage(data: unknown): TabMessage | null {
  if (!isObject(data) || typeof data.type !== 'string' || !Object.hasOwn(FIELDS, data.type)) return null;
  const fields = Object.entries(FIELDS[data.type as TabMessage['type']]);
  return fields.every(([name, holds]) => holds(data[name])) ? (data as unknown as TabMessage) : null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isDelta(value: unknown): boolean {
  if (!isObject(value) || !isText(value.text)) return false;
  return [value.ids, value.pieces, value.picks, value.weights].every((list) => Array.isArray(list));
}

function isCall(value: unknown): boolean {
  return (
    isObject(value) &&
    Number.isInteger(value.id) &&
    METHODS.some((method) => method === value.method) &&
    Array.isArray(value.args) &&
    typeof value.askedAt === 'number' &&
    (value.method !== 'generate' || (isObject(value.args[0]) && isText(value.args[0].id)))
  );
}
