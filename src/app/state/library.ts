import type { ErrorData } from '../../protocol/errors';
import type { ImportPreview, ImportSource, ModelEntry, StorageInfo, TaskProgress } from '../../protocol/library';

export interface LibraryState {
  /** Null until the library has answered once. */
  models: readonly ModelEntry[] | null;
  /** Why there is no list. */
  error: ErrorData | null;
  storage: StorageInfo | null;
  /** By model id: what this page does with it, or has just done. */
  tasks: Readonly<Record<string, Task>>;
  /** By model id: why the last thing asked of it could not be done. */
  failures: Readonly<Record<string, ErrorData>>;
  news: readonly News[];
  draft: Draft;
}

export interface Task {
  kind: 'verify' | 'repair' | 'export';
  /** Null once it is done. */
  progress: TaskProgress | null;
  /** Of a verify the records that are missing or wrong, of a repair those that were mended. */
  records: readonly string[];
}

/** What the chat's reader is to know of an import: it was left unfinished by an earlier visit, is done, or has failed. */
export interface News {
  id: string;
  kind: 'left' | 'done' | 'failed';
}

/** A model that is about to be added. */
export interface Draft {
  stage: 'choosing' | 'looking' | 'looked' | 'starting';
  source: ImportSource | null;
  format: 'q4' | 'q8';
  preview: ImportPreview | null;
  /** .gguf files of the source, where it holds several models; they stay when one of them is looked at. */
  choices: readonly string[];
  error: ErrorData | null;
}

export type LibraryAction =
  | { type: 'library/listed'; models: readonly ModelEntry[] }
  | { type: 'library/failed'; error: ErrorData }
  | { type: 'library/measured'; storage: StorageInfo | null }
  | { type: 'task/changed'; id: string; task: Task | null }
  | { type: 'failure/changed'; id: string; error: ErrorData | null }
  | { type: 'news/dismissed'; id: string }
  | { type: 'draft/changed'; change: Partial<Draft> }
  | { type: 'draft/cleared' };

export const EMPTY_DRAFT: Draft = {
  stage: 'choosing',
  source: null,
  format: 'q4',
  preview: null,
  choices: [],
  error: null,
};

export const INITIAL_LIBRARY: LibraryState = {
  models: null,
  error: null,
  storage: null,
  tasks: {},
  failures: {},
  news: [],
  draft: EMPTY_DRAFT,
};

export function reduceLibrary(state: LibraryState, action: LibraryAction): LibraryState {
  switch (action.type) {
    case 'library/listed': {
      const { models } = action;
      const fresh = newsOf(state.models, models);
      const kept = state.news.filter((old) => isTrue(old, models) && !fresh.some(({ id }) => id === old.id));
      return { ...state, models, error: null, news: [...kept, ...fresh] };
    }
    case 'library/failed':
      return { ...state, error: action.error };
    case 'library/measured':
      return { ...state, storage: action.storage };
    case 'task/changed':
      return { ...state, tasks: withEntry(state.tasks, action.id, action.task) };
    case 'failure/changed':
      return { ...state, failures: withEntry(state.failures, action.id, action.error) };
    case 'news/dismissed':
      return { ...state, news: state.news.filter(({ id }) => id !== action.id) };
    case 'draft/changed':
      return { ...state, draft: { ...state.draft, ...action.change } };
    case 'draft/cleared':
      return { ...state, draft: EMPTY_DRAFT };
  }
}

/** What two lists, one after the other, say of the imports. On the first list there is nothing but what an earlier visit left. */
export function newsOf(before: readonly ModelEntry[] | null, after: readonly ModelEntry[]): News[] {
  return after.flatMap(({ id, status }): News[] => {
    if (before === null) return status === 'paused' || status === 'failed' ? [{ id, kind: 'left' }] : [];
    if (before.find((entry) => entry.id === id)?.status !== 'importing') return [];
    if (status === 'complete') return [{ id, kind: 'done' }];
    return status === 'failed' ? [{ id, kind: 'failed' }] : [];
  });
}

function isTrue({ id, kind }: News, models: readonly ModelEntry[]): boolean {
  const status = models.find((entry) => entry.id === id)?.status;
  if (kind === 'left') return status === 'paused' || status === 'failed';
  return status === (kind === 'done' ? 'complete' : 'failed');
}

function withEntry<Value>(entries: Readonly<Record<string, Value>>, id: string, value: Value | null) {
  const { [id]: _, ...others } = entries;
  return value === null ? others : { ...others, [id]: value };
}
