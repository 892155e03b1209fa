import type { StartOptions } from '../client/start-engine';
import { WebLLMError } from './errors';

/** WebLLM's shape of progress. */
export interface InitProgressReport {
  /** Over all that is to do, 0..1, never falling: WebLLM's begins anew for each phase. */
  progress: number;
  /** Seconds since the load began. */
  timeElapsed: number;
  /** For people, in WebLLM's words. */
  text: string;
}

/** Called often while a model is loaded, and last with progress 1. */
export type InitProgressCallback = (report: InitProgressReport) => void;

/** Settings of a model: how it is loaded, and what its requests take where they say nothing. Any other of WebLLM's is refused by name. */
export interface ChatOptions {
  /** Positions of the KV cache. */
  context_window_size?: number | undefined;
  temperature?: number | undefined;
  top_p?: number | undefined;
  repetition_penalty?: number | undefined;
  frequency_penalty?: number | undefined;
  presence_penalty?: number | undefined;
}

/** A model and where it comes from. */
export interface ModelRecord {
  /**
   * `tiny` is the embedded model; else an address on the web or the Hub, or `org/name` there, of a pack, a folder of safetensors or a GGUF file:
   * what `Library.import` takes. MLC's own shards are not read.
   */
  model: string;
  model_id: string;
  /** Taken and not used: Mixtab's kernels are part of it. */
  model_lib?: string;
  overrides?: ChatOptions;
  /** For people who choose; nothing depends on it. */
  vram_required_MB?: number;
  low_resource_required?: boolean;
}

/** Which models can be loaded by their ids. */
export interface AppConfig {
  model_list: ModelRecord[];
}

/** The models that need no list of the caller's. Those of the browser's library need none either: their ids are known. */
export const prebuiltAppConfig: AppConfig = {
  model_list: [{ model: 'tiny', model_id: 'tiny', low_resource_required: true, vram_required_MB: 16 }],
};

/** What WebLLM has no name for. */
export type MixtabConfig = Pick<StartOptions, 'budgetBytes' | 'paging' | 'lossy' | 'shared' | 'startWorker'>;

/** Settings of an engine. */
export interface MLCEngineConfig {
  /** Default: {@link prebuiltAppConfig}. */
  appConfig?: AppConfig | undefined;
  initProgressCallback?: InitProgressCallback | undefined;
  /** Taken and not used: nothing is logged. */
  logLevel?: string | undefined;
  mixtab?: MixtabConfig | undefined;
}

const OPTIONS: readonly string[] = [
  'context_window_size',
  'temperature',
  'top_p',
  'repetition_penalty',
  'frequency_penalty',
  'presence_penalty',
] satisfies (keyof ChatOptions)[];

/** A record's own overrides, and the caller's before them. Throws `UnsupportedFieldsError` for what would change answers and is not known. */
export function chatOptions(record: ModelRecord | undefined, options: ChatOptions | undefined): ChatOptions {
  const both = Object.entries({ ...record?.overrides, ...options }).filter(([, value]) => value !== undefined);
  const unknown = both.map(([field]) => field).filter((field) => !OPTIONS.includes(field));
  if (unknown.length > 0) {
    throw new WebLLMError(
      'UnsupportedFieldsError',
      'request-invalid',
      `chatOpts: expected ${OPTIONS.join(', ')}, got ${unknown.join(', ')}`,
      `Leave ${unknown.join(', ')} out.`,
    );
  }
  return Object.fromEntries(both);
}

/** Throws `UnsupportedFieldsError` for a processor of logits. */
export function checkConfig(config: MLCEngineConfig): void {
  if (!('logitProcessorRegistry' in config) || config.logitProcessorRegistry === undefined) return;
  throw new WebLLMError(
    'UnsupportedFieldsError',
    'request-invalid',
    'logitProcessorRegistry: expected none, got one',
    'Use logit_bias, penalties or response_format.',
  );
}
