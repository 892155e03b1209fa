/** How each token is chosen. Null: as the model has it (temperature and top-p), or off. */
export interface Sampling {
  /** 0 is greedy. */
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  minP: number | null;
  typicalP: number | null;
  repetitionPenalty: number | null;
  frequencyPenalty: number | null;
  presencePenalty: number | null;
}

export type SamplingField = keyof Sampling;

/** What a slider goes through: within what the engine takes (`src/model/sampling.ts`), as far as it makes sense. */
export const SAMPLING_RANGES = {
  temperature: { min: 0, max: 2, step: 0.05 },
  topP: { min: 0.05, max: 1, step: 0.05 },
  topK: { min: 0, max: 2 ** 20, step: 1 },
  minP: { min: 0, max: 1, step: 0.01 },
  typicalP: { min: 0.05, max: 1, step: 0.05 },
  repetitionPenalty: { min: 0.5, max: 2, step: 0.05 },
  frequencyPenalty: { min: -2, max: 2, step: 0.1 },
  presencePenalty: { min: -2, max: 2, step: 0.1 },
} as const satisfies Record<SamplingField, { min: number; max: number; step: number }>;

export const SAMPLING_FIELDS = Object.keys(SAMPLING_RANGES) as SamplingField[];

/** Changes nothing; temperature and top-p have no such value of their own that a model would start from. */
export const SAMPLING_OFF = {
  topK: 0,
  minP: 0,
  typicalP: 1,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
} as const;

export const MODELS_OWN: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  minP: null,
  typicalP: null,
  repetitionPenalty: null,
  frequencyPenalty: null,
  presencePenalty: null,
};

/** The sampling among other settings. */
export function samplingOf(settings: Sampling): Sampling {
  const { temperature, topP, topK, minP, typicalP, repetitionPenalty, frequencyPenalty, presencePenalty } = settings;
  return { temperature, topP, topK, minP, typicalP, repetitionPenalty, frequencyPenalty, presencePenalty };
}

export function sameSampling(a: Sampling, b: Sampling): boolean {
  return SAMPLING_FIELDS.every((field) => a[field] === b[field]);
}

/** Sampling from what storage holds: what is no value of a field is as if it were not set. */
export function parseSampling(value: object): Sampling {
  const raw = value as Record<string, unknown>;
  const read = (field: SamplingField): number | null => {
    const { min, max, step } = SAMPLING_RANGES[field];
    const found = raw[field];
    const fits = typeof found === 'number' && found >= min && found <= max && (step < 1 || Number.isInteger(found));
    return fits ? found : null;
  };
  return {
    temperature: read('temperature'),
    topP: read('topP'),
    topK: read('topK'),
    minP: read('minP'),
    typicalP: read('typicalP'),
    repetitionPenalty: read('repetitionPenalty'),
    frequencyPenalty: read('frequencyPenalty'),
    presencePenalty: read('presencePenalty'),
  };
}
