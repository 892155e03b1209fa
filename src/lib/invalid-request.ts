import { MixtabError } from '../protocol/errors';
import { show } from './json';

/** `request-invalid`, naming the field. `got`: a text as it is, anything else as JSON. */
export function invalid(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'request-invalid',
    `${field}: expected ${expected}, got ${typeof got === 'string' ? got : show(got)}`,
    `Correct ${field}.`,
    { field },
  );
}
