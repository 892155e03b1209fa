import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameOf } from '../lib/download';
import { chatOf, type Entry, emptyConversation } from '../state/chat';
import { readJson, writeJson } from './json-file';
import { readMarkdown, writeMarkdown } from './markdown-file';
import type { KeptConversation } from './parse';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\r', '')),
  fc.constantFrom(
    '<!-- mixtab:user -->',
    'a\n\n<!-- mixtab:assistant -->\n## You\n',
    '<!-- \\mixtab:title -->',
    '# Heading\n',
    '\n\n',
    '```\ncode\n```',
  ),
);

/** A tree of questions and answers, each asked behind some answer or at the beginning. */
const conversations: fc.Arbitrary<KeptConversation> = fc
  .tuple(texts, texts, fc.array(fc.tuple(fc.nat(), texts, texts), { minLength: 1, maxLength: 8 }))
  .map(([title, system, turns]) => {
    const messages = turns.flatMap(([pick, asked, said], n): Entry[] => [
      {
        id: `q${n}`,
        parent: n === 0 || pick % (n + 1) === n ? null : `a${pick % (n + 1)}`,
        createdAt: 2 * n,
        text: asked,
        role: 'user',
        files: [],
      },
      {
        ...{ id: `a${n}`, parent: `q${n}`, createdAt: 2 * n + 1, text: said, role: 'assistant', status: 'done' },
        ...{ by: null, figures: null, forgotten: 0 },
      },
    ]);
    const leaf = messages.at(-1)?.id ?? null;
    return {
      conversation: { ...emptyConversation('c', 7), title: title.replace(/\s+/g, ' '), system, leaf },
      messages,
    };
  });

const spoken = ({ conversation, messages }: KeptConversation) =>
  chatOf(conversation, messages).path.map(({ role, text }) => ({ role, text }));

describe('chats as JSON', () => {
  it('come back as they were, with all branches', () => {
    void fc.assert(
      fc.property(fc.array(conversations, { maxLength: 3 }), (all) => {
        expect(readJson(writeJson(all))).toEqual(all);
      }),
    );
  });

  it('are refused where they are something else, saying what is wrong where', () => {
    const refused = (text: string, what: RegExp) => expect(() => readJson(text)).toThrow(what);
    refused('nonsense', /expected JSON/);
    refused('{"format":"else"}', /format: expected "mixtab-chats", got "else"/);
    refused('{"format":"mixtab-chats","version":9}', /version: expected 1, got 9/);
    refused('{"format":"mixtab-chats","version":1,"conversations":[{}]}', /conversations\[0\]\.conversation/);
    const head = '{"conversation":{"id":"c"},"messages":[{"id":"m","role":"tool","text":""}]}';
    refused(`{"format":"mixtab-chats","version":1,"conversations":[${head}]}`, /messages\[0\]: expected a message/);
  });

  it('throw nothing but what says so, whatever the file holds', () => {
    const files = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((conversations) => `{"format":"mixtab-chats","version":1,"conversations":${conversations}}`),
    );
    void fc.assert(
      fc.property(files, (text) => {
        try {
          readJson(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'request-invalid' });
        }
      }),
    );
  });

  it('lose no message to a parent that is missing or to a circle', () => {
    const message = (id: string, parent: string) => ({ id, parent, role: 'user', text: id });
    const conversations = [
      { conversation: { id: 'c', leaf: 'x' }, messages: [message('a', 'b'), message('b', 'a'), message('d', 'gone')] },
    ];
    const [read] = readJson(JSON.stringify({ format: 'mixtab-chats', version: 1, conversations }));
    expect(read?.messages.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
    const chat = read && chatOf(read.conversation, read.messages);
    expect(chat?.path.at(-1)?.id).toBe('d');
  });
});

describe('a chat as Markdown', () => {
  it('comes back with title, system prompt and the branch that was shown, whatever the texts hold', () => {
    void fc.assert(
      fc.property(conversations, (whole) => {
        let ids = 0;
        const read = readMarkdown(writeMarkdown(whole), 0, () => `n${ids++}`);
        expect(spoken(read)).toEqual(spoken(whole));
        expect(read.conversation.system).toBe(whole.conversation.system);
        if (whole.conversation.title.trim()) expect(read.conversation.title).toBe(whole.conversation.title);
      }),
    );
  });

  it('reads well, and is refused where nothing is marked', () => {
    const messages: Entry[] = [
      { id: 'q', parent: null, createdAt: 0, text: 'Hello', role: 'user', files: [{ name: 'a.txt', text: 'alpha' }] },
    ];
    const conversation = { ...emptyConversation('c', 0), title: 'Greeting', leaf: 'q' };
    expect(writeMarkdown({ conversation, messages })).toBe(
      '<!-- mixtab:title -->\n# Greeting\n\n<!-- mixtab:user -->\n## You\n\na.txt:\n\nalpha\n\nHello\n',
    );
    expect(() => readMarkdown('# Notes', 0, () => 'x')).toThrow(/found none/);
  });
});

describe('fileNameOf', () => {
  it('keeps letters of any script and nothing that a file system minds', () => {
    expect(fileNameOf('What is 12 + 7? <b>/..\\', 'md')).toBe('What is 12 7 b.md');
    expect(fileNameOf('什么是专家?', 'json')).toBe('什么是专家.json');
    expect(fileNameOf('../..', 'md')).toBe('chat.md');
  });
});
