import { isObject } from '../../lib/json';
import { MODELS_OWN, parseSampling, type Sampling, sameSampling, samplingOf } from './sampling';

/** Sampling under a name that the user gave it. */
export interface OwnPreset {
  id: string;
  name: string;
  sampling: Sampling;
}

/** A system prompt under a name that the user gave it. */
export interface OwnPrompt {
  id: string;
  name: string;
  text: string;
}

/** Longest name of a preset or prompt, characters. */
export const MOST_NAME = 60;

export const BUILT_IN_PRESETS = {
  model: MODELS_OWN,
  precise: { ...MODELS_OWN, temperature: 0.2, topP: 0.9 },
  balanced: { ...MODELS_OWN, temperature: 0.7, topP: 0.95 },
  /** Min-p keeps a hot draw from falling apart (Nguyen et al. 2024), better than top-p does. */
  creative: { ...MODELS_OWN, temperature: 1.2, topP: 1, minP: 0.1 },
} as const satisfies Record<string, Sampling>;

export type BuiltInPreset = keyof typeof BUILT_IN_PRESETS;
export const BUILT_IN_IDS = Object.keys(BUILT_IN_PRESETS) as BuiltInPreset[];

export function isBuiltIn(id: string): id is BuiltInPreset {
  return Object.hasOwn(BUILT_IN_PRESETS, id);
}

/** The settings that presets are about. */
export interface PresetSettings extends Sampling {
  /** The preset that was chosen last. */
  preset: string;
  presets: readonly OwnPreset[];
}

/** The preset that was chosen last, and whether its values have been changed by hand since. */
export function chosenPreset(settings: PresetSettings): { id: string; own: OwnPreset | null; changed: boolean } {
  const own = settings.presets.find(({ id }) => id === settings.preset) ?? null;
  const id = own || isBuiltIn(settings.preset) ? settings.preset : 'model';
  const sampling = own?.sampling ?? BUILT_IN_PRESETS[isBuiltIn(id) ? id : 'model'];
  return { id, own, changed: !sameSampling(sampling, settings) };
}

/** What changes in the settings when a preset is chosen; nothing where there is none of that id. */
export function withPreset({ presets }: PresetSettings, id: string): Partial<PresetSettings> {
  const sampling = isBuiltIn(id) ? BUILT_IN_PRESETS[id] : presets.find((preset) => preset.id === id)?.sampling;
  return sampling ? { ...sampling, preset: id } : {};
}

/** The values as they are, under a name: a new preset, or in the place of the own one of that name. */
export function savePreset(settings: PresetSettings, typed: string, newId: string): Partial<PresetSettings> {
  const name = typed.trim().slice(0, MOST_NAME);
  const id = settings.presets.find((preset) => preset.name === name)?.id ?? newId;
  return { presets: withNamed(settings.presets, { id, name, sampling: samplingOf(settings) }), preset: id };
}

/** Removing the chosen one leaves its values. */
export function removePreset({ presets, preset }: PresetSettings, id: string): Partial<PresetSettings> {
  return { presets: presets.filter((other) => other.id !== id), preset: preset === id ? 'model' : preset };
}

/** An item in the place of the one with its id, or behind all others. */
export function withNamed<Item extends { id: string }>(items: readonly Item[], item: Item): readonly Item[] {
  return items.some(({ id }) => id === item.id)
    ? items.map((other) => (other.id === item.id ? item : other))
    : [...items, item];
}

export function parsePresets(value: unknown): readonly OwnPreset[] {
  return parseNamed(value).flatMap(({ id, name, raw }) =>
    isBuiltIn(id) || !isObject(raw.sampling) ? [] : [{ id, name, sampling: parseSampling(raw.sampling) }],
  );
}

export function parsePrompts(value: unknown): readonly OwnPrompt[] {
  return parseNamed(value).flatMap(({ id, name, raw }) =>
    typeof raw.text === 'string' ? [{ id, name, text: raw.text }] : [],
  );
}

/** What has an id of its own and a name. */
function parseNamed(value: unknown): { id: string; name: string; raw: Record<string, unknown> }[] {
  const seen = new Set<string>();
  return (Array.isArray(value) ? value : []).flatMap((raw: unknown) => {
    if (!isObject(raw) || typeof raw.id !== 'string' || typeof raw.name !== 'string') return [];
    const { id } = raw;
    const name = raw.name.trim().slice(0, MOST_NAME);
    if (id === '' || name === '' || seen.has(id)) return [];
    seen.add(id);
    return [{ id, name, raw }];
  });
}
