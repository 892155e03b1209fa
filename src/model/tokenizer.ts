import type { Tokenizer } from '@mlc-ai/web-tokenizers';
import type { Manifest } from '../pack/manifest';
import type { ChatMessage, Tool } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { createChatTemplate } from './chat-template';
import { Detokenizer, type PieceSource } from './detokenizer';
import { failed, type MarkedTokenizer, markSpecialTokens } from './special-tokens';

export interface TextTokenizer extends PieceSource {
  /** Tokens that the tokenizer knows; a model's own vocabulary may be padded to more. */
  readonly vocabSize: number;
  /** Plain text to ids. Control tokens spelt out in it (`</s>`) stay text; who means them passes ids. */
  encode(text: string, options: { addBos: boolean }): number[];
  /** A conversation through the model's chat template, BOS included. Throws `template-failed`. */
  encodeChat(messages: ChatMessage[], tools?: Tool[]): number[];
  /** The text whose ids `encodeChat` gives, control tokens spelt out. Throws `template-failed`. */
  renderChat(messages: ChatMessage[], tools?: Tool[]): string;
  /** The id of a control token by its name. */
  controlToken(name: string): number | null;
  /** Ids to text, without control tokens. */
  decode(ids: readonly number[]): string;
  /** A token by itself: its text, U+FFFD where it is part of a character, a control token's name; and its UTF-8, null for a control token. */
  spell(id: number): { text: string; bytes: number[] | null };
  /** Frees the library's memory; no method may be called after it. */
  dispose(): void;
}

/** Reads the tokenizer of a pack. Worker side only: the library is 4.7 MB. Throws `tokenizer-failed`. */
export async function createTokenizer(source: Manifest['tokenizer']): Promise<TextTokenizer> {
  const marked = markSpecialTokens(source.json);
  const library = await open(marked.json);
  try {
    return build(library, marked, source);
  } catch (error) {
    library.dispose();
    throw error;
  }
}

async function open(json: string): Promise<Tokenizer> {
  try {
    const { Tokenizer } = await import('@mlc-ai/web-tokenizers');
    return await Tokenizer.fromJSON(new TextEncoder().encode(json).buffer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MixtabError(
      'tokenizer-failed',
      `tokenizer: expected tokenizer.json to load, got ${reason}`,
      'Convert the checkpoint again with its own tokenizer.json.',
      {},
      error,
    );
  }
}

function build(library: Tokenizer, marked: MarkedTokenizer, source: Manifest['tokenizer']): TextTokenizer {
  const { specials, bytes } = marked;
  for (const [name, { mark, id }] of specials) {
    const got = library.encode(mark);
    if (got.length !== 1 || got[0] !== id) throw failed(`added token ${name}`, `id ${id}`, String(got));
  }
  const specialIds = new Set([...specials.values()].map(({ id }) => id));
  const bos = source.addBos ? specials.get(source.bosToken) : undefined;
  if (source.addBos && bos === undefined) throw failed('added_tokens', `BOS ${source.bosToken}`, 'no such token');
  const withBos = (ids: number[]) => (bos === undefined || ids[0] === bos.id ? ids : [bos.id, ...ids]);
  const template = createChatTemplate(source, (text) => markIn(text, specials));

  const pieces: PieceSource = { piece: pieceReader(library, specialIds, bytes) };
  return {
    vocabSize: library.getVocabSize(),
    piece: pieces.piece,
    encode(text, { addBos }) {
      const ids = [...library.encode(text)];
      return addBos ? withBos(ids) : ids;
    },
    encodeChat: (messages, tools) => withBos([...library.encode(template(messages, tools))]),
    renderChat(messages, tools) {
      const text = unmark(template(messages, tools), specials);
      return bos === undefined || text.startsWith(source.bosToken) ? text : source.bosToken + text;
    },
    controlToken: (name) => specials.get(name)?.id ?? null,
    decode(ids) {
      const detokenizer = new Detokenizer(pieces);
      return ids.map((id) => detokenizer.push(id)).join('') + detokenizer.finish();
    },
    spell: (id) => spell(id, pieces, specials),
    dispose: () => library.dispose(),
  };
}

function spell(id: number, pieces: PieceSource, specials: MarkedTokenizer['specials']) {
  const piece = pieces.piece(id, false);
  if (piece === null) {
    const [name = ''] = [...specials].find(([, special]) => special.id === id) ?? [];
    return { text: name, bytes: null };
  }
  if (typeof piece === 'number') return { text: '\ufffd', bytes: [piece] };
  return { text: piece, bytes: [...new TextEncoder().encode(piece)] };
}

/** Texts of single tokens, remembered: a call into the library takes some 40 microseconds. */
function pieceReader(library: Tokenizer, specialIds: Set<number>, bytes: Map<number, number>): PieceSource['piece'] {
  // A later piece's text is what it adds behind another one: alone it would lose its leading space.
  const anchor = library.encode('a').at(-1) ?? 0;
  const anchorLength = library.decode(Int32Array.of(anchor)).length;
  const known = new Map<number, string>();
  return (id, first) => {
    if (specialIds.has(id)) return null;
    const byte = bytes.get(id);
    if (byte !== undefined && byte >= 0x80) return byte;
    if (first) return library.decode(Int32Array.of(id));
    let text = known.get(id);
    if (text === undefined) {
      text = library.decode(Int32Array.of(anchor, id)).slice(anchorLength);
      known.set(id, text);
    }
    return text;
  };
}

/** Writes the marks where a text of the model's own (its template, its BOS) spells control tokens. */
function markIn(text: string, specials: MarkedTokenizer['specials']): string {
  const names = [...specials.keys()].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  if (names.length === 0) return text;
  const pattern = new RegExp(names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return text.replace(pattern, (name) => specials.get(name)?.mark ?? name);
}

/** Writes the control tokens' names in place of their marks. */
function unmark(text: string, specials: MarkedTokenizer['specials']): string {
  return [...specials].reduce((spelt, [name, { mark }]) => spelt.replaceAll(mark, () => name), text);
}
