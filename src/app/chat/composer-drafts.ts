import { isObject } from '../../lib/json';
import type { AttachedFile } from '../state/chat';

/** A chosen file that is not sent yet. */
export interface DraftFile extends AttachedFile {
  /** Size of the file as it was chosen. */
  bytes: number;
}

/** Why a file was not taken. */
export interface Refusal {
  name: string;
  bytes: number;
  reason: 'binary' | 'empty' | 'too-large' | 'unreadable';
}

/** What is being written and was not sent. */
export interface Draft {
  text: string;
  files: readonly DraftFile[];
  /** Files that could not be taken, until the next are chosen. */
  refusals: readonly Refusal[];
}

const NOTHING: Draft = { text: '', files: [], refusals: [] };
const STORAGE_KEY = 'mixtab.drafts';
/** Longest text that outlives a reload, characters: storage is shared by all that the page keeps. */
const MOST_STORED = 100_000;

/** Drafts by the conversation that they are for. Texts outlive a reload of the tab, files do not. */
export class Drafts {
  readonly #storage: Storage | null;
  readonly #drafts: Map<string, Draft>;
  readonly #listeners = new Set<() => void>();

  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#drafts = new Map(readTexts(storage).map(([key, text]) => [key, { ...NOTHING, text }]));
  }

  of(key: string): Draft {
    return this.#drafts.get(key) ?? NOTHING;
  }

  change(key: string, change: Partial<Draft>): void {
    const next = { ...this.of(key), ...change };
    if (next.text === '' && next.files.length === 0 && next.refusals.length === 0) this.#drafts.delete(key);
    else this.#drafts.set(key, next);
    for (const listener of this.#listeners) listener();
  }

  clear(key: string): void {
    this.change(key, NOTHING);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Stores the texts: for when the page may go away. */
  store(): void {
    const texts = [...this.#drafts].flatMap(([key, { text }]) =>
      text !== '' && text.length <= MOST_STORED ? [[key, text]] : [],
    );
    try {
      this.#storage?.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(texts)));
    } catch {
      // A full or refused storage costs only the drafts.
    }
  }
}

function readTexts(storage: Storage | null): [string, string][] {
  try {
    const found: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? 'null');
    return isObject(found)
      ? Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      : [];
  } catch {
    return [];
  }
}
