import { show } from '../lib/json';
import { damaged, unsupported } from './gguf-errors';
import type { GgufValue } from './gguf-header';

/** Typed access to the metadata of one file. A value of another type than asked for is `checkpoint-invalid`, naming the key. */
export class GgufMetadata {
  constructor(
    readonly file: string,
    private readonly values: ReadonlyMap<string, GgufValue>,
  ) {}

  has(key: string): boolean {
    return this.values.has(key);
  }

  /** A whole number from 0 to 2^31. */
  count(key: string, fallback?: number): number {
    return this.get(key, fallback, 'a whole number up to 2^31', isCount);
  }

  /** A whole number from 1 to 2^31. */
  size(key: string, fallback?: number): number {
    return this.get(key, fallback, 'a whole number from 1 to 2^31', (value) => isCount(value) && value > 0);
  }

  positive(key: string, fallback?: number): number {
    return this.get(key, fallback, 'a number above 0', (v) => typeof v === 'number' && Number.isFinite(v) && v > 0);
  }

  flag(key: string, fallback: boolean): boolean {
    return this.get(key, fallback, 'true or false', (value) => typeof value === 'boolean');
  }

  text(key: string, fallback?: string): string {
    return this.get(key, fallback, 'a text', isText);
  }

  texts(key: string): string[] {
    return this.get<string[]>(key, undefined, 'a list of texts', (v) => isListOf(v, isText));
  }

  numbers(key: string): number[] {
    return this.get<number[]>(key, undefined, 'a list of numbers', (v) => isListOf(v, isNumber));
  }

  unsupported(key: string, expected: string) {
    return unsupported(this.file, key, expected, display(this.values.get(key)));
  }

  /** `accepts` must be true of values of type T only. */
  private get<T extends GgufValue>(
    key: string,
    fallback: T | undefined,
    expected: string,
    accepts: (value: GgufValue) => boolean,
  ): T {
    const value = this.values.get(key) ?? fallback;
    if (value === undefined || !accepts(value)) throw damaged(this.file, `${expected} as ${key}`, display(value));
    return value as T;
  }
}

const isCount = (value: GgufValue): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31;

const isText = (value: GgufValue): boolean => typeof value === 'string';
const isNumber = (value: GgufValue): boolean => typeof value === 'number';

const isListOf = (value: GgufValue, isItem: (item: GgufValue) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);

function display(value: GgufValue | undefined): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'bigint' ? `${value}` : show(value);
}
