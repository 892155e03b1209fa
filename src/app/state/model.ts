import type { SharingEvent } from '../../client';
import type { BudgetInfo, LoadProgress, ModelInfo } from '../../protocol/engine';
import type { ErrorData } from '../../protocol/errors';

/** A server that answers in place of this device. */
export interface ServerInfo {
  /** `gpu.example.com:8000`, for people. */
  host: string;
  baseUrl: string;
}

export interface ModelState {
  /** Of the model that is loaded or being loaded: its name in IndexedDB, or on its server. */
  id: string;
  /** Null where the model runs on this device. */
  server: ServerInfo | null;
  status: 'loading' | 'ready' | 'failed' | 'unsupported';
  progress: LoadProgress | null;
  info: ModelInfo | null;
  budget: BudgetInfo | null;
  /** All that the engine holds on the GPU, as last measured. */
  gpuBytes: number | null;
  /** In which tab the engine runs, which all share; null until it says so. */
  sharing: SharingEvent['runs'] | null;
  /** Set while the engine rebuilds a lost GPU device. */
  recovering: boolean;
  /** Why this browser cannot run the model, when `unsupported`. */
  reason: ErrorData | null;
}

export type ModelAction =
  | { type: 'model/loading'; id: string; server?: ServerInfo }
  | { type: 'model/progress'; progress: LoadProgress }
  | { type: 'model/ready'; info: ModelInfo }
  | { type: 'model/connected' }
  | { type: 'model/failed' }
  | { type: 'model/unsupported'; reason: ErrorData }
  | { type: 'model/budget'; budget: BudgetInfo }
  | { type: 'model/measured'; gpuBytes: number }
  | { type: 'model/sharing'; runs: SharingEvent['runs'] }
  | { type: 'model/recovering'; recovering: boolean };

export const INITIAL_MODEL: ModelState = {
  id: '',
  server: null,
  status: 'loading',
  progress: null,
  info: null,
  budget: null,
  gpuBytes: null,
  sharing: null,
  recovering: false,
  reason: null,
};

export function reduceModel(model: ModelState, action: ModelAction): ModelState {
  switch (action.type) {
    case 'model/loading':
      return { ...INITIAL_MODEL, id: action.id, server: action.server ?? null };
    case 'model/progress':
      return { ...model, progress: action.progress };
    case 'model/ready':
      return { ...model, status: 'ready', info: action.info, budget: action.info.budget };
    case 'model/connected':
      return { ...model, status: 'ready' };
    case 'model/failed':
      return { ...model, status: 'failed' };
    case 'model/unsupported':
      return { ...model, status: 'unsupported', reason: action.reason };
    case 'model/budget':
      return { ...model, budget: action.budget };
    case 'model/measured':
      return model.gpuBytes === action.gpuBytes ? model : { ...model, gpuBytes: action.gpuBytes };
    case 'model/sharing':
      return { ...model, sharing: action.runs };
    case 'model/recovering':
      return model.recovering === action.recovering ? model : { ...model, recovering: action.recovering };
  }
}
