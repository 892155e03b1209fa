import { invalid } from '../../lib/invalid-request';
import { isObject, show } from '../../lib/json';
import { type NumberRange, rangeEbnf } from './number-range';
import type { Ranges } from './schema-ebnf';

/** Nested schemas from here on would use up the library's stack. */
const MOST_DEPTH = 24;

/** Keywords that say something of an answer and that a grammar of XGrammar does not hold. To ignore them would be to lie. */
const UNHELD = [
  ...['not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'dependencies', 'multipleOf'],
  ...['uniqueItems', 'contains', 'minContains', 'maxContains', '$dynamicRef', '$recursiveRef'],
];

/** What a schema without `type` is taken to be of, by its keywords. */
const TYPE_OF = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: ['pattern', 'format', 'minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
};

const RANGE = TYPE_OF.number;

type Schema = Record<string, unknown>;

/**
 * A JSON Schema as XGrammar holds it wholly: types made explicit, required properties declared, ranges of numbers taken out into `ranges`. Throws
 * `request-invalid` naming the place where it asks for what a grammar cannot hold.
 */
export function prepareSchema(value: unknown, field: string, ranges: Ranges): Schema {
  return prepare(value, { field, ranges, root: value, path: '#', depth: 0 });
}

interface Place {
  ranges: Ranges;
  field: string;
  root: unknown;
  path: string;
  depth: number;
}

function prepare(value: unknown, place: Place): Schema {
  if (value === true) return {};
  if (!isObject(value)) throw wrong(place, 'a schema (an object, or true)', show(value));
  if (place.depth > MOST_DEPTH) throw wrong(place, `at most ${MOST_DEPTH} schemas in one another`, 'more');
  const unheld = UNHELD.find((keyword) => Object.hasOwn(value, keyword) && value[keyword] !== false);
  if (unheld) throw wrong(place, 'keywords that a grammar can hold', unheld);
  checkReference(value, place);
  checkValues(value, place);
  const schema = { ...value };
  const type = typeOf(value);
  if (type !== undefined) schema.type = type;
  if (hasRange(schema)) return takeRange(schema, place);
  for (const [keyword, child] of children(value)) schema[keyword] = child(value[keyword], place);
  if (type === 'object') declareRequired(schema, place);
  return schema;
}

function typeOf(schema: Schema): unknown {
  const elsewhere = ['type', '$ref', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'];
  if (elsewhere.some((keyword) => Object.hasOwn(schema, keyword))) return schema.type;
  return Object.entries(TYPE_OF).find(([, keywords]) => keywords.some((name) => Object.hasOwn(schema, name)))?.[0];
}

const isNumber = (type: unknown) => type === 'number' || type === 'integer';

function hasRange({ type, ...schema }: Schema): boolean {
  if (schema.enum !== undefined || schema.const !== undefined) return false;
  return [type].flat().some(isNumber) && RANGE.some((keyword) => Object.hasOwn(schema, keyword));
}

/** A constant in the range's place, and what else there may be beside a number. */
function takeRange({ type, ...schema }: Schema, place: Place): Schema {
  const beside = ['$ref', 'anyOf', 'oneOf', 'allOf'].find((keyword) => Object.hasOwn(schema, keyword));
  if (beside) throw wrong(place, 'a range by itself', `${beside} beside it`);
  const types = [type].flat();
  const rest = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !RANGE.includes(keyword)));
  const others = types.filter((name) => !isNumber(name));
  const ebnf = rangeEbnf({ integer: !types.includes('number'), ...boundsOf(schema, place) });
  if (ebnf === null) throw wrong(place, 'a range with numbers in it', show(schema));
  const stand = `range ${crypto.randomUUID()}`;
  place.ranges.set(String.raw`"\"${stand}\""`, ebnf);
  if (others.length === 0) return { const: stand };
  return { anyOf: [{ const: stand }, prepare({ ...rest, type: others }, place)] };
}

function boundsOf(schema: Schema, place: Place): Pick<NumberRange, 'least' | 'most'> {
  const wrongValue = RANGE.find((name) => schema[name] !== undefined && !Number.isFinite(schema[name]));
  if (wrongValue) throw wrong(place, `a number as ${wrongValue}`, show(schema[wrongValue]));
  const tighter = (closed: string, open: string, isTighter: (a: number, b: number) => boolean) => {
    const [a, b] = [schema[closed] as number | undefined, schema[open] as number | undefined];
    if (b !== undefined && (a === undefined || !isTighter(a, b))) return { value: b, open: true };
    return a === undefined ? undefined : { value: a, open: false };
  };
  return {
    least: tighter('minimum', 'exclusiveMinimum', (a, b) => a > b),
    most: tighter('maximum', 'exclusiveMaximum', (a, b) => a < b),
  };
}

type Prepare = (value: unknown, place: Place) => unknown;

const one =
  (keyword: string): Prepare =>
  (value, place) =>
    // As a schema of further properties or items, `false` says that there are none.
    typeof value === 'boolean' ? value : prepare(value, within(place, keyword));

const each =
  (keyword: string): Prepare =>
  (value, place) => {
    if (Array.isArray(value) && value.length > 0) {
      return value.map((item, i) => prepare(item, within(place, `${keyword}/${i}`)));
    }
    throw wrong(place, `a list of schemas in ${keyword}`, show(value));
  };

const named =
  (keyword: string): Prepare =>
  (value, place) => {
    if (!isObject(value)) throw wrong(place, `schemas by name in ${keyword}`, show(value));
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, s]) => [name, prepare(s, within(place, `${keyword}/${name}`))]));
  };

const CHILDREN: Record<string, Prepare> = {
  ...byName(['additionalProperties', 'unevaluatedProperties', 'items', 'unevaluatedItems', 'propertyNames'], one),
  ...byName(['anyOf', 'oneOf', 'allOf', 'prefixItems'], each),
  ...byName(['properties', 'patternProperties', '$defs', 'definitions'], named),
};

function byName(keywords: string[], prepareOf: (keyword: string) => Prepare): Record<string, Prepare> {
  return Object.fromEntries(keywords.map((keyword) => [keyword, prepareOf(keyword)]));
}

function children(schema: Schema): [string, Prepare][] {
  return Object.entries(CHILDREN).filter(([keyword]) => Object.hasOwn(schema, keyword));
}

/** XGrammar leaves out a required property that is not declared. */
function declareRequired(schema: Schema, place: Place): void {
  const { required = [], properties = {} } = schema;
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string')) {
    throw wrong(place, 'a list of names in required', show(required));
  }
  const missing = required.filter((name) => !Object.hasOwn(properties as Schema, name));
  if (missing.length > 0) {
    schema.properties = { ...(properties as Schema), ...Object.fromEntries(missing.map((name) => [name, {}])) };
  }
}

function checkReference({ $ref }: Schema, place: Place): void {
  if ($ref === undefined) return;
  const names = typeof $ref === 'string' && /^#(\/|$)/.test($ref) ? $ref.split('/').slice(1) : null;
  const found = names?.reduce<unknown>(
    (at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    place.root,
  );
  if (found === undefined) throw wrong(place, 'a $ref to a place in this schema', show($ref));
}

function checkValues(schema: Schema, place: Place): void {
  const { type, enum: values } = schema;
  const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
  const given = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (!given.every((name) => types.includes(name as string)) || (Array.isArray(type) && given.length === 0)) {
    throw wrong(place, `a type: ${types.join(', ')}`, show(type));
  }
  if (values !== undefined && !(Array.isArray(values) && values.length > 0)) {
    throw wrong(place, 'values in enum', show(values));
  }
}

function within(place: Place, step: string): Place {
  return { ...place, path: `${place.path}/${step}`, depth: place.depth + 1 };
}

function wrong({ field, path }: Place, expected: string, got: string) {
  return invalid(field, `${expected} at ${path}`, got);
}
