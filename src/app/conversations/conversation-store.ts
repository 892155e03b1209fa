import { indexedDbKeyValue } from '../../store/indexed-db';
import { type AnswerRoute, parseRoute } from '../router/answer-route';
import type { Conversation, Entry } from '../state/chat';
import { type KeptConversation, parseConversation, parseEntry, soundConversation } from './parse';

/** What of a conversation is to be stored: its head, and the messages and routes that are new or have changed. */
export interface Changes {
  conversation: Conversation;
  messages: readonly Entry[];
  /** By the answer's id. */
  routes?: ReadonlyMap<string, AnswerRoute>;
}

/**
 * The conversations of this browser, in a database of their own: a head each, and a record a message, so that what streams writes one message
 * and two tabs in one conversation add to it rather than overwrite each other. Every method rejects with `storage-full` or `storage-failed`.
 */
export interface ConversationStore {
  /** Heads, the last changed first. */
  list(): Promise<Conversation[]>;
  /** Null where it is not here (any more). */
  read(id: string): Promise<KeptConversation | null>;
  /** Where the tokens of its answers went, by the answer's id. */
  routes(id: string): Promise<Map<string, AnswerRoute>>;
  /** All or nothing. */
  write(changes: Changes): Promise<void>;
  remove(id: string): Promise<void>;
  /** Ids of the conversations of which a message or the title holds the text, whatever its case. */
  search(text: string): Promise<Set<string>>;
  /** Calls with the id of a conversation that another tab has written or removed. */
  onChange(listener: (id: string) => void): void;
}

const DATABASE = 'mixtab-chats';
const HEAD = 'chat/';
const messagesOf = (id: string): string => `message/${id}/`;
const routesOf = (id: string): string => `route/${id}/`;

export function openConversations(factory: IDBFactory = globalThis.indexedDB): ConversationStore {
  const table = indexedDbKeyValue(factory, DATABASE);
  const channel = new BroadcastChannel(DATABASE);

  const under = async (prefix: string): Promise<[key: string, value: unknown][]> => {
    const keys = (await table.keys()).filter((key) => key.startsWith(prefix));
    const values = await table.getMany(keys);
    return keys.map((key, index) => [key, values[index]]);
  };
  const present = <T>(values: (T | null)[]): T[] => values.filter((value) => value !== null);
  const heads = async (): Promise<Conversation[]> =>
    present((await under(HEAD)).map(([, value]) => parseConversation(value)));

  return {
    async list() {
      return (await heads()).sort((a, b) => b.updatedAt - a.updatedAt || a.id.localeCompare(b.id));
    },
    async read(id) {
      const conversation = parseConversation(await table.get(HEAD + id));
      if (conversation === null) return null;
      const entries = present((await under(messagesOf(id))).map(([, value]) => parseEntry(value)));
      return soundConversation(conversation, entries);
    },
    async routes(id) {
      const prefix = routesOf(id);
      const routes = (await under(prefix)).map(
        ([key, value]) => [key.slice(prefix.length), parseRoute(value)] as const,
      );
      return new Map(routes.flatMap(([answer, route]) => (route ? [[answer, route]] : [])));
    },
    async write({ conversation, messages, routes = new Map() }) {
      const { id } = conversation;
      await table.change(
        {
          [HEAD + id]: conversation,
          ...Object.fromEntries(messages.map((entry) => [messagesOf(id) + entry.id, entry])),
          ...Object.fromEntries([...routes].map(([answer, route]) => [routesOf(id) + answer, route])),
        },
        [],
      );
      channel.postMessage(id);
    },
    async remove(id) {
      const keys = (await table.keys()).filter(
        (key) => key === HEAD + id || key.startsWith(messagesOf(id)) || key.startsWith(routesOf(id)),
      );
      await table.delete(keys);
      channel.postMessage(id);
    },
    async search(text) {
      const wanted = text.toLocaleLowerCase();
      const holds = (value: string): boolean => value.toLocaleLowerCase().includes(wanted);
      const titled = (await heads()).filter(({ title }) => holds(title)).map(({ id }) => id);
      const said = (await under('message/')).flatMap(([key, value]) => {
        const entry = parseEntry(value);
        return entry && holds(entry.text) ? [key.split('/')[1] ?? ''] : [];
      });
      return new Set([...titled, ...said]);
    },
    onChange(listener) {
      channel.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener(data);
      });
    },
  };
}
