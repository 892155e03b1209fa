import type { GenerateStats } from '../../protocol/engine';
import { type ChatAction, type ChatState, chatOf, emptyConversation, reduceChat } from './chat';
import { INITIAL_MODEL, type ModelAction, type ModelState, reduceModel } from './model';
import { type ProblemAction, type Problems, reduceProblems } from './problems';
import type { Settings } from './settings';

export interface AppState {
  model: ModelState;
  chat: ChatState;
  /** Of the answer being written, or the last one. */
  stats: GenerateStats | null;
  settings: Settings;
  problems: Problems;
  /** What a screen reader says next. */
  announcement: string;
}

export type AppAction =
  | ModelAction
  | ChatAction
  | ProblemAction
  | { type: 'settings/changed'; change: Partial<Settings> }
  | { type: 'announced'; text: string };

export function initialState(settings: Settings): AppState {
  const chat = chatOf(emptyConversation('', 0), []);
  return { model: INITIAL_MODEL, chat, stats: null, settings, problems: [], announcement: '' };
}

export function reduceApp(state: AppState, action: AppAction): AppState {
  switch (action.type) {
    case 'settings/changed':
      return { ...state, settings: { ...state.settings, ...action.change } };
    case 'announced':
      return { ...state, announcement: action.text };
    case 'problem/raised':
    case 'problem/cured':
      return changed(state, 'problems', reduceProblems(state.problems, action));
    case 'model/loading':
    case 'model/progress':
    case 'model/ready':
    case 'model/connected':
    case 'model/failed':
    case 'model/unsupported':
    case 'model/budget':
    case 'model/measured':
    case 'model/sharing':
    case 'model/recovering':
      return changed(state, 'model', reduceModel(state.model, action));
    case 'chat/streamed':
      return withStats(changed(state, 'chat', reduceChat(state.chat, action)), action.stats);
    default:
      return changed(state, 'chat', reduceChat(state.chat, action));
  }
}

function withStats(state: AppState, stats: GenerateStats | null): AppState {
  if (!stats) return state;
  return { ...state, stats, model: reduceModel(state.model, { type: 'model/measured', gpuBytes: stats.gpuBytes }) };
}

function changed<Key extends keyof AppState>(state: AppState, key: Key, value: AppState[Key]): AppState {
  return Object.is(state[key], value) ? state : { ...state, [key]: value };
}
