import { MixtabError } from '../protocol/errors';

export function sourceChanged(file: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'source-changed',
    `${file}: expected ${expected}, got ${got}`,
    'The file is not the one that the import began with. Give that file again, or remove the model and import anew.',
    { file },
  );
}

export function nothingFound(label: string, expected: string): MixtabError {
  return new MixtabError(
    'model-not-found',
    `${label}: expected ${expected}, got none`,
    'Give a .gguf file, a folder with config.json and safetensors files, or a pack with manifest.json.',
    { source: label },
  );
}
