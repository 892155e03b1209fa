import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MixtabError } from '../protocol/errors';
import { packBytes, validateManifest } from './manifest';

const text = await readFile(new URL('../../public/models/tiny/manifest.json', import.meta.url), 'utf8');
const fresh = (): Record<string, unknown> => JSON.parse(text);

/** Sets the value at a path of a fresh manifest. */
function withValue(path: (string | number)[], value: unknown): unknown {
  const root = fresh();
  const last = path.at(-1) as string | number;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], root);
  (parent as Record<string | number, unknown>)[last] = value;
  return root;
}

/** Every path of the manifest, containers too; of the records and layouts, those of the first few. */
function paths(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 2) : Object.entries(value);
  return [...(at.length ? [at] : []), ...entries.flatMap(([key, v]) => paths(v, [...at, key]))];
}

function failure(json: unknown): MixtabError {
  try {
    validateManifest(json);
  } catch (error) {
    if (error instanceof MixtabError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('a manifest', () => {
  it('of the embedded model is accepted, whatever the order of its keys', () => {
    const manifest = validateManifest(fresh());
    expect(packBytes(manifest)).toBe(manifest.records.reduce((sum, r) => sum + r.bytes, 0));
    const { parts, bytes } = manifest.layouts.head;
    expect(() => validateManifest(withValue(['layouts', 'head'], { parts, bytes }))).not.toThrow();
  });

  it.each([
    [['version'], 1, 'version'],
    [['formats'], 'q8', 'formats'],
    [['formats', 'layers', 1, 'down'], 'q5', 'formats'],
    [['pieceBytes'], 65537, 'pieceBytes'],
    [['config', 'topK'], 0, 'config.topK'],
    [['config', 'normEps'], null, 'config.normEps'],
    [['records', 3, 'bytes'], 1, 'records["dense/3"].bytes'],
    [['records', 3, 'name'], 'dense/2', 'records'],
    [['records', 3, 'name'], '../../etc/passwd', 'records'],
    [['records', 3, 'sha256'], ['0'.repeat(63)], 'records["dense/3"].sha256'],
    [['layouts', 'experts', 0, 'parts', 2, 'planes', 'q', 'offset'], 0, 'layouts.experts'],
    [['layouts', 'layers', 1, 'bytes'], 5, 'layouts.layers'],
    [['layouts', 'other'], {}, 'layouts'],
    [['tokenizer', 'chatTemplate'], 1, 'tokenizer.chatTemplate'],
    [['generation'], [], 'generation'],
    [['source', 'sha256'], '', 'source.sha256'],
  ] as const)('with %j = %j is refused, naming the field', (path, value, field) => {
    const error = failure(withValue([...path], value));
    expect(error.code).toBe('manifest-invalid');
    expect(error.data).toEqual({ field });
    expect(error.message).toContain(field);
    expect(error.message).not.toContain('\n');
  });

  it('with a shape that the kernels cannot run is refused as that', () => {
    expect(failure(withValue(['config', 'dim'], 250)).code).toBe('config-unsupported');
    expect(failure(withValue(['config', 'topK'], 9)).code).toBe('config-unsupported');
  });

  it('with a part missing is refused, for every part', () => {
    for (const path of paths(fresh())) expect(failure(withValue(path, undefined)).hint).not.toBe('');
  });

  it('with anything in any place is accepted or refused with a MixtabError, nothing else', () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom({ toString: 1, valueOf: 1 }, { length: 2 ** 31 }, [{ toString: null }], 2 ** 60, -0, 1e308, ''),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths(fresh())), hostile, (path, value) => {
        // The value as it would come out of a file.
        const json: unknown = JSON.parse(JSON.stringify(withValue(path, value)));
        try {
          validateManifest(json);
        } catch (error) {
          expect(error).toBeInstanceOf(MixtabError);
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.jsonValue(), (json) => failure(json).code === 'manifest-invalid'));
  });
});
