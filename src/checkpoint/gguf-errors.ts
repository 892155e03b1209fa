import { MixtabError } from '../protocol/errors';

/** The file contradicts itself or the format. */
export function damaged(file: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${file}: expected ${expected}, got ${got}`,
    'The file is damaged or cut short: download it again and compare its size with the one its site gives.',
    { file },
  );
}

/** A sound file of something that Mixtab does not run. */
export function unsupported(file: string, key: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'config-unsupported',
    `${file}: ${key} expected ${expected}, got ${got}`,
    'Mixtab runs Mixtral: GGUF files of the llama architecture with experts. Choose another file of the model.',
    { file, field: key },
  );
}
