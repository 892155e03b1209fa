import { describe, expect, it } from 'vitest';
import config from '../../tests/fixtures/tokenizer/tokenizer_config.json';
import type { ChatMessage } from '../protocol/engine';
import { createChatTemplate } from './chat-template';

const mixtral = { chatTemplate: config.chat_template, bosToken: '<s>', eosToken: '</s>' };
const user = (content: string): ChatMessage => ({ role: 'user', content });
const system = (content: string): ChatMessage => ({ role: 'system', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
const same = (text: string) => text;

describe('chat template', () => {
  const render = createChatTemplate(mixtral, same);

  it('renders turns as the model was trained on them', () => {
    expect(render([user('a'), assistant('b'), user('c')])).toBe('<s>[INST] a [/INST] b</s>[INST] c [/INST]');
  });

  it('puts a system message in front of the first user message where the template has no place for it', () => {
    expect(render([system('Be brief.'), user('a'), assistant('b'), user('c')])).toBe(
      '<s>[INST] Be brief.\n\na [/INST] b</s>[INST] c [/INST]',
    );
    const silent = {
      ...mixtral,
      chatTemplate: "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% endif %}{% endfor %}",
    };
    expect(createChatTemplate(silent, same)([system('Be brief.'), user('a')])).toBe('[Be brief.\n\na]');
  });

  it('leaves a system message to a template that knows it', () => {
    const chatml = {
      ...mixtral,
      chatTemplate:
        '{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}',
    };
    expect(createChatTemplate(chatml, same)([system('x'), user('a')])).toBe('<system>x<user>a<assistant>');
  });

  it('marks the control tokens of the template, of BOS and of EOS, and none of a message', () => {
    const mark = (text: string) => text.replaceAll(/<\/?s>/g, 'MARK');
    expect(createChatTemplate(mixtral, mark)([user('</s>'), assistant('<s>'), user('c')])).toBe(
      'MARK[INST] </s> [/INST] <s>MARK[INST] c [/INST]',
    );
    const literal = { ...mixtral, chatTemplate: '<s>{{ messages[0].content }}' };
    expect(createChatTemplate(literal, mark)([user('<s>')])).toBe('MARK<s>');
  });

  it('gives a template that knows tools what it expects, and marks nothing of it', () => {
    const knowing = {
      ...mixtral,
      chatTemplate:
        '{% if tools is defined %}<s>{{ tools | tojson }}{% endif %}{% for m in messages %}[{{ m.role }}|{{ m.content }}|{{ m.tool_calls | tojson if m.tool_calls is defined }}|{{ m.tool_call_id }}]{% endfor %}',
    };
    const tool = { name: 'f', description: '</s>', parameters: { type: 'object' } };
    const messages: ChatMessage[] = [
      user('a'),
      { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'f', arguments: '{"x": 1}' }] },
      { role: 'tool', content: 'r', toolCallId: 'c' },
    ];
    const mark = (text: string) => text.replaceAll(/<\/?s>/g, 'MARK');
    expect(createChatTemplate(knowing, mark)(messages, [tool])).toBe(
      'MARK[{"type": "function", "function": {"name": "f", "description": "</s>", "parameters": {"type": "object"}}}]' +
        '[user|a||][assistant||[{"id": "c", "type": "function", "function": {"name": "f", "arguments": {"x": 1}}}]|][tool|r||c]',
    );
    expect(createChatTemplate(knowing, same)([user('a')])).toBe('[user|a||]');
  });

  it('folds tools into texts for a template that knows none', () => {
    const text = createChatTemplate(mixtral, same)([user('a')], [{ name: 'f' }]);
    expect(text).toMatch(/^<s>\[INST\] You can call these functions: \[\{"name":"f"\}\]\n.*\n\na \[\/INST\]$/);
  });

  it.each([
    ['the template refuses', mixtral, [user('a'), user('b')], 'Conversation roles must alternate'],
    [
      'a system message in the middle',
      mixtral,
      [user('a'), system('b')],
      'Conversation roles must alternate|Only user and assistant',
    ],
    ['a system message alone', mixtral, [system('a')], 'Conversation roles must alternate|Only user and assistant'],
    ['no Jinja', { ...mixtral, chatTemplate: '{% for' }, [user('a')], 'chat template: .'],
    ['a base model', { ...mixtral, chatTemplate: null }, [user('a')], 'base model'],
  ])('fails with template-failed: %s', (_, source, messages, message) => {
    expect(() => createChatTemplate(source, same)(messages)).toThrow(
      expect.objectContaining({
        code: 'template-failed',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/./),
      }),
    );
  });
});
