import type { FileFolder } from '../lib/byte-source';
import type { Manifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { parseObject, readJson, readText } from './json-file';

/** Tokenizer, chat template and special tokens of a Hugging Face folder. Throws `checkpoint-invalid`. */
export async function readTokenizer(folder: FileFolder): Promise<Manifest['tokenizer']> {
  const json = await readText(folder, 'tokenizer.json');
  if (json === null) {
    throw new MixtabError(
      'checkpoint-invalid',
      `${folder.name}: expected a tokenizer.json, got none`,
      'Older folders hold only tokenizer.model: `AutoTokenizer.from_pretrained(folder).save_pretrained(folder)` writes the other form.',
      { file: 'tokenizer.json' },
    );
  }
  parseObject(json, 'tokenizer.json');
  const settings = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  return {
    json,
    // Newer folders keep the template in a file of its own, which then takes precedence.
    chatTemplate: (await readText(folder, 'chat_template.jinja')) ?? chatTemplate(settings.chat_template),
    bosToken: tokenText(settings.bos_token) ?? '<s>',
    eosToken: tokenText(settings.eos_token) ?? '</s>',
    addBos: settings.add_bos_token !== false,
  };
}

/** Those of Mixtral's own card. */
export const DEFAULT_GENERATION: Manifest['generation'] = { temperature: 0.7, topP: 0.95 };

/** Sampling defaults of generation_config.json; {@link DEFAULT_GENERATION} where it says nothing. */
export async function readGeneration(folder: FileFolder): Promise<Manifest['generation']> {
  const settings = (await readJson(folder, 'generation_config.json')) ?? {};
  const { temperature, top_p: topP } = settings;
  return {
    temperature: typeof temperature === 'number' && temperature >= 0 ? temperature : DEFAULT_GENERATION.temperature,
    topP: typeof topP === 'number' && topP > 0 && topP <= 1 ? topP : DEFAULT_GENERATION.topP,
  };
}

/** A string; or a list of named templates, of which `default` is the one for chats; or missing: a base model. */
function chatTemplate(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const named = value.filter((v): v is { name?: unknown; template: string } => typeof v?.template === 'string');
  return (named.find((v) => v.name === 'default') ?? named[0])?.template ?? null;
}

/** Special tokens are strings or `{content}` objects. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : null;
}
