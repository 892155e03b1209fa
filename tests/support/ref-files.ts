/** The checkpoints of tests/fixtures/refs as a user of the page would choose them. */

const HF_FILES = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

/** Model b, 0.5 MB: 2 layers of 4 experts... as one GGUF file. */
export const ggufFile = (model: 'a' | 'b' = 'b'): Promise<File> => fixtureFile(model, 'model-q4_0.gguf');

/** Model b as the files of a Hugging Face folder, 1.8 MB. */
export const hfFiles = (): Promise<File[]> => Promise.all(HF_FILES.map((name) => fixtureFile('b', name)));

async function fixtureFile(model: 'a' | 'b', name: string): Promise<File> {
  const response = await fetch(new URL(`../fixtures/refs/${model}/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return new File([await response.blob()], name, { lastModified: 1_700_000_000_000 });
}
