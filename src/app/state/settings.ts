import { type Measured, parseMeasured } from '../memory/measured';
import { type MemoryOptions, parseMemoryOptions } from '../memory/memory-options';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings {
  /** Null: the model's own default. 0 is greedy. */
  temperature: number | null;
  /** Null: the model's own default. */
  topP: number | null;
  maxTokens: number;
  /** Null: another one for each answer. */
  seed: number | null;
  theme: Theme;
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
  temperature: { min: 0, max: 2, step: 0.05 },
  topP: { min: 0.05, max: 1, step: 0.05 },
  maxTokens: { min: 1, max: 32_768, step: 1 },
  seed: { min: 0, max: 0xffff_ffff, step: 1 },
} as const;

export const DEFAULT_SETTINGS: Settings = {
  temperature: null,
  topP: null,
  maxTokens: 256,
  seed: null,
  theme: 'auto',
  model: null,
  server: null,
  budgets: {},
  memory: {},
  measured: {},
};

const STORAGE_KEY = 'mixtab.settings';

/** Settings from what storage holds. Each field stands alone: a broken one falls back, the others stay. */
export function parseSettings(value: unknown): Settings {
  const raw = isRecord(value) ? value : {};
  return {
    temperature: numberIn(raw.temperature, SETTING_RANGES.temperature),
    topP: numberIn(raw.topP, SETTING_RANGES.topP),
    maxTokens: integerIn(raw.maxTokens, SETTING_RANGES.maxTokens) ?? DEFAULT_SETTINGS.maxTokens,
    seed: integerIn(raw.seed, SETTING_RANGES.seed),
    theme: THEMES.find((theme) => theme === raw.theme) ?? DEFAULT_SETTINGS.theme,
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
  if (!isRecord(value)) return null;
  const { baseUrl, model } = value;
  return typeof baseUrl === 'string' && URL.canParse(baseUrl) && typeof model === 'string' ? { baseUrl, model } : null;
}

function parseBudgets(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).flatMap(([id, bytes]): [string, number][] =>
    typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0 ? [[id, bytes]] : [],
  );
  return Object.fromEntries(entries);
}

function numberIn(value: unknown, { min, max }: { min: number; max: number }): number | null {
  return typeof value === 'number' && value >= min && value <= max ? value : null;
}

function integerIn(value: unknown, range: { min: number; max: number }): number | null {
  return Number.isInteger(value) ? numberIn(value, range) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
