import type { FileFolder } from '../lib/byte-source';
import type { Manifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { parseObject, readBytes, readJson, readText } from './json-file';
import { parseSentencePieceModel, type SentencePieceModel } from './sentencepiece-model';

/** Tokenizer, chat template and special tokens of a Hugging Face folder. Throws `checkpoint-invalid`, `config-unsupported`. */
export async function readTokenizer(folder: FileFolder, vocabSize: number): Promise<Manifest['tokenizer']> {
  const { json, bosToken, eosToken } = await readVocabulary(folder, vocabSize);
  const settings = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  return {
    json,
    // Newer folders keep the template in a file of its own, which then takes precedence.
    chatTemplate: (await readText(folder, 'chat_template.jinja')) ?? chatTemplate(settings.chat_template),
    bosToken: tokenText(settings.bos_token) ?? bosToken ?? '<s>',
    eosToken: tokenText(settings.eos_token) ?? eosToken ?? '</s>',
    addBos: settings.add_bos_token !== false,
  };
}

/** tokenizer.json; or, as in older folders, tokenizer.model alone. */
async function readVocabulary(folder: FileFolder, vocabSize: number): Promise<SentencePieceModel> {
  const json = await readText(folder, 'tokenizer.json');
  if (json !== null) {
    parseObject(json, 'tokenizer.json');
    return { json, bosToken: null, eosToken: null };
  }
  const model = await readBytes(folder, 'tokenizer.model');
  if (model !== null) return parseSentencePieceModel(model, vocabSize);
  throw new MixtabError(
    'checkpoint-invalid',
    `${folder.name}: expected a tokenizer.json or a tokenizer.model, got neither`,
    'Download the missing file from where the model came from.',
    { file: 'tokenizer.json' },
  );
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
