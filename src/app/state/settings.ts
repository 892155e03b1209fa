import { isObject } from '../../lib/json';
import { type Measured, parseMeasured } from '../memory/measured';
import { type MemoryOptions, parseMemoryOptions } from '../memory/memory-options';
import { DEFAULT_LOOK, type LookSettings, parseLook } from './look';
import { type OwnPrompt, type PresetSettings, parsePresets, parsePrompts } from './presets';
import { MODELS_OWN, parseSampling } from './sampling';

export interface Settings extends PresetSettings, LookSettings {
  maxTokens: number;
  /** Null: another one for each answer. */
  seed: number | null;
  /** What a new conversation's model is told before all else. */
  system: string;
  prompts: readonly OwnPrompt[];
  /** The model of the library that was used last; null: the embedded one. */
  model: string | null;
  /** The server that answers in place of this device, without its key; null: none. */
  server: { baseUrl: string; model: string } | null;
  /** GPU memory in bytes by model id, where the user moved the slider. */
  budgets: Readonly<Record<string, number>>;
  /** How a model is loaded, by its id, where the user chose. */
  memory: Readonly<Record<string, MemoryOptions>>;
  /** What decoding did on this machine, by model and adapter. */
  measured: Readonly<Record<string, Measured>>;
}

export const SETTING_RANGES = {
  maxTokens: { min: 1, max: 32_768, step: 1 },
  seed: { min: 0, max: 0xffff_ffff, step: 1 },
} as const;

export const DEFAULT_SETTINGS: Settings = {
  ...MODELS_OWN,
  ...DEFAULT_LOOK,
  preset: 'model',
  presets: [],
  maxTokens: 256,
  seed: null,
  system: '',
  prompts: [],
  model: null,
  server: null,
  budgets: {},
  memory: {},
  measured: {},
};

const STORAGE_KEY = 'mixtab.settings';

/** Settings from what storage holds. Each field stands alone: a broken one falls back, the others stay. */
export function parseSettings(value: unknown): Settings {
  const raw = isObject(value) ? value : {};
  return {
    ...parseSampling(raw),
    ...parseLook(raw),
    preset: typeof raw.preset === 'string' ? raw.preset : DEFAULT_SETTINGS.preset,
    presets: parsePresets(raw.presets),
    maxTokens: integerIn(raw.maxTokens, SETTING_RANGES.maxTokens) ?? DEFAULT_SETTINGS.maxTokens,
    seed: integerIn(raw.seed, SETTING_RANGES.seed),
    system: typeof raw.system === 'string' ? raw.system : DEFAULT_SETTINGS.system,
    prompts: parsePrompts(raw.prompts),
    model: typeof raw.model === 'string' && raw.model !== '' ? raw.model : null,
    server: parseServer(raw.server),
    budgets: parseBudgets(raw.budgets),
    memory: parseMemoryOptions(raw.memory),
    measured: parseMeasured(raw.measured),
  };
}

/** A number typed by a person: the number, null for nothing typed, undefined for what is no integer in the range. */
export function parseTyped(text: string, range: { min: number; max: number }): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return (/^\d+$/.test(trimmed) ? integerIn(Number(trimmed), range) : null) ?? undefined;
}

export function readSettings(storage: Storage | null): Settings {
  try {
    return parseSettings(JSON.parse(storage?.getItem(STORAGE_KEY) ?? 'null'));
  } catch {
    return DEFAULT_SETTINGS;
  }
}

export function writeSettings(storage: Storage | null, settings: Settings): void {
  try {
    storage?.setItem(STORAGE_KEY, JSON.stringify(settings));
  } catch {
    // A full or refused storage costs only the memory of the settings.
  }
}

function parseServer(value: unknown): Settings['server'] {
  if (!isObject(value)) return null;
  const { baseUrl, model } = value;
  return typeof baseUrl === 'string' && URL.canParse(baseUrl) && typeof model === 'string' ? { baseUrl, model } : null;
}

function parseBudgets(value: unknown): Record<string, number> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).flatMap(([id, bytes]): [string, number][] =>
    typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0 ? [[id, bytes]] : [],
  );
  return Object.fromEntries(entries);
}

function integerIn(value: unknown, { min, max }: { min: number; max: number }): number | null {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max ? Number(value) : null;
}
