import { MixtabError } from '../protocol/errors';
import type { Trace, TraceModel, TraceStep, TraceToken } from '../protocol/trace';

const FORMAT = 'mixtab-trace';
const VERSION = 1;

/** Digits of a score: more would change no decision of a policy. */
const DIGITS = 4;

/**
 * A trace as a file: NDJSON, a header, then a line for each step. Files of the same model can be put one behind the other: a header says that
 * what follows is another run of it. Of which text it is the header may say besides; nothing here reads that.
 */
export function writeTrace({ model, steps }: Trace, label: { domain?: string } = {}): string {
  const lines = [{ format: FORMAT, version: VERSION, ...label, model }, ...steps.map(lineOf)];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function lineOf({ phase, last, tokens }: TraceStep): object {
  const rounded = (scores: ArrayLike<number>) => Array.from(scores, (score) => Number(score.toPrecision(DIGITS)));
  return { phase, last, tokens: tokens.map(({ picks, scores }) => ({ picks, scores: scores.map(rounded) })) };
}

/** Reads what {@link writeTrace} wrote, one file or several joined. Throws `trace-invalid`, naming the line. */
export function parseTrace(text: string): Trace {
  let model: TraceModel | null = null;
  const steps: TraceStep[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parseLine(line, index + 1);
    if (model === null || 'format' in value) model = header(value, model, index + 1);
    else steps.push(step(value, model, index + 1));
  }
  if (model === null) throw invalid(1, `a header {"format":"${FORMAT}",..}`, 'nothing');
  return { model, steps };
}

type Fields = Record<string, unknown>;

function parseLine(line: string, number: number): Fields {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw invalid(number, 'a JSON object', shown(line));
}

function header(value: Fields, before: TraceModel | null, line: number): TraceModel {
  if (value.format !== FORMAT) throw invalid(line, `a header {"format":"${FORMAT}",..}`, shown(value.format));
  if (value.version !== VERSION) throw invalid(line, `version ${VERSION}`, shown(value.version));
  const found = value.model;
  if (!isObject(found) || typeof found.name !== 'string') throw invalid(line, 'a model with a name', shown(found));
  const { name } = found;
  const [nLayers, nExperts, topK] = wholes(found, ['nLayers', 'nExperts', 'topK'], 4096, line) as [
    number,
    number,
    number,
  ];
  const [expertBytes, tokenBytes] = wholes(found, ['expertBytes', 'tokenBytes'], 1e15, line) as [number, number];
  if (topK > nExperts) throw invalid(line, `topK of at most ${nExperts}`, String(topK));
  const model = { name, nLayers, nExperts, topK, expertBytes, tokenBytes };
  if (before && JSON.stringify(before) !== JSON.stringify(model)) {
    throw invalid(line, `a further run of ${shown(before)}`, shown(model));
  }
  return model;
}

function wholes(fields: Fields, names: string[], most: number, line: number): number[] {
  return names.map((name) => {
    const value = fields[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw invalid(line, `${name}, a whole number from 1 to ${most}`, shown(value));
  });
}

function step({ phase, last, tokens }: Fields, model: TraceModel, line: number): TraceStep {
  if (phase !== 'prefill' && phase !== 'decode') throw invalid(line, "phase 'prefill' or 'decode'", shown(phase));
  if (typeof last !== 'boolean') throw invalid(line, 'last, true or false', shown(last));
  const most = phase === 'decode' ? 1 : Number.POSITIVE_INFINITY;
  if (!Array.isArray(tokens) || tokens.length < 1 || tokens.length > most) {
    throw invalid(line, most === 1 ? 'one token' : 'tokens, at least one', shown(tokens));
  }
  return { phase, last, tokens: tokens.map((of: unknown) => token(of, model, line)) };
}

function token(value: unknown, { nLayers, nExperts, topK }: TraceModel, line: number): TraceToken {
  if (!isObject(value)) throw invalid(line, 'a token {picks, scores}', shown(value));
  const isExpert = (n: unknown) => Number.isInteger(n) && (n as number) >= 0 && (n as number) < nExperts;
  const isShare = (n: unknown) => typeof n === 'number' && n >= 0 && n <= 1;
  // Runs with another number of experts a token than the model's own are traces too.
  const arePicks = (of: unknown[]) => of.length >= 1 && new Set(of).size === of.length && of.every(isExpert);
  const picks = table(value.picks, nLayers, arePicks);
  if (!picks)
    throw invalid(line, `picks, ${nLayers} layers of ${topK} experts, 0 to ${nExperts - 1}`, shown(value.picks));
  const scores = table(value.scores, nLayers, (of) => of.length === nExperts && of.every(isShare));
  if (!scores) throw invalid(line, `scores, ${nLayers} layers of ${nExperts} from 0 to 1`, shown(value.scores));
  return { picks, scores };
}

/** Rows of numbers, if `fits` finds them to be that. */
function table(value: unknown, rows: number, fits: (row: unknown[]) => boolean): number[][] | null {
  const good = Array.isArray(value) && value.length === rows && value.every((row) => Array.isArray(row) && fits(row));
  return good ? (value as number[][]) : null;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

function invalid(line: number, expected: string, got: string): MixtabError {
  return new MixtabError(
    'trace-invalid',
    `trace, line ${line}: expected ${expected}, got ${got}`,
    'Use a file that mixtab run --trace wrote.',
    { line },
  );
}
