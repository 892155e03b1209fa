import { expect, it } from 'vitest';
import type { ChatMessage } from '../../protocol/engine';
import { foldTools } from './fold-tools';

const call = (id: string, name: string) => ({ id, name, arguments: '{"city": "Rome"}' });
const TOOL = { name: 'weather', description: 'Tells it', parameters: { type: 'object' } };

it('a system text tells of the tools and of the form of a call', () => {
  const [system, told, user] = foldTools(
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'a' },
    ],
    [TOOL],
  );
  expect(system).toEqual({ role: 'system', content: 'Be brief.' });
  expect(told?.role).toBe('system');
  expect(told?.content).toContain(JSON.stringify([TOOL]));
  expect(told?.content).toContain('[TOOL_CALLS] [{"name": "...", "arguments": {...}}]');
  expect(user).toEqual({ role: 'user', content: 'a' });
});

it('calls and results become texts, and roles alternate', () => {
  const messages: ChatMessage[] = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'Let me see. ', toolCalls: [call('1', 'weather'), call('2', 'clock')] },
    { role: 'tool', content: 'sunny', toolCallId: '1' },
    { role: 'tool', content: '"12"', toolCallId: '2' },
    { role: 'user', content: 'b' },
  ];
  expect(foldTools(messages, [])).toEqual([
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      content:
        'Let me see. [TOOL_CALLS] [{"name": "weather", "arguments": {"city": "Rome"}}, {"name": "clock", "arguments": {"city": "Rome"}}]',
    },
    {
      role: 'user',
      content:
        '[TOOL_RESULTS] {"name":"weather","content":"sunny"}\n\n[TOOL_RESULTS] {"name":"clock","content":"\\"12\\""}\n\nb',
    },
  ]);
});

it('a conversation without tools stays as it is, wrong turns included', () => {
  const messages: ChatMessage[] = [
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
  ];
  expect(foldTools(messages, [])).toEqual(messages);
});
