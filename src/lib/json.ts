/** Parsed JSON from outside: what it is, how it looks in a message, whether it equals what was expected. */

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a one-line message, at most 60 characters. Not String(): that calls a `toString` that came with the value. */
export function show(value: unknown): string {
  const text = typeof value === 'number' || value === undefined ? String(value) : textOf(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What has no JSON (a loop, a bigint, a function) is named by its type. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}

/** Whether two JSON values are equal; the order of keys does not matter. Goes as deep as `expected` does. */
export function sameJson(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) && actual.length === expected.length && expected.every((e, i) => sameJson(actual[i], e))
    );
  }
  if (isObject(expected)) {
    const keys = Object.keys(expected);
    return (
      isObject(actual) &&
      Object.keys(actual).length === keys.length &&
      keys.every((key) => Object.hasOwn(actual, key) && sameJson(actual[key], expected[key]))
    );
  }
  return Object.is(actual, expected);
}
