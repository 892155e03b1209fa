import { MixtabError } from '../protocol/errors';

/** A model's id names its database, its locks and its place in addresses. */
const SAFE = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** An id made of a name: `Mixtral-8x7B-Instruct v0.1.Q4_K_M` gives `mixtral-8x7b-instruct-v0.1.q4_k_m`. */
export function idOf(name: string): string {
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 56)
    .replace(/[^a-z0-9]+$/, '');
  return id === '' ? 'model' : id;
}

/** Throws `request-invalid` for an id that is not safe. */
export function checkId(id: string): string {
  if (SAFE.test(id)) return id;
  throw new MixtabError(
    'request-invalid',
    `id: expected up to 64 of a-z 0-9 . _ - with a letter or digit first, got ${JSON.stringify(id.slice(0, 80))}`,
    'Give another name, or none.',
  );
}

/** The id itself, then with a number behind it: for models of other sources that have the same name. */
export function* idsLike(id: string): Generator<string, never> {
  yield id;
  for (let n = 2; ; n++) yield `${id}-${n}`;
}
