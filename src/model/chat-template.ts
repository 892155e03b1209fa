import { Template } from '@huggingface/jinja';
import type { Manifest } from '../pack/manifest';
import type { ChatMessage, Tool } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { foldTools } from './tools/fold-tools';
import { templateMessage, templateTool } from './tools/template-tools';

/**
 * The model's own Jinja chat template as a function from messages to prompt text. `mark` rewrites control tokens in the model's own
 * texts (template, BOS, EOS), never in a message. Tools, calls and results go to a template that mentions tools, and are folded into texts for
 * one that does not. The function throws `template-failed` with what the template says; a base model has
 * no template, and making one up would quietly give bad answers, so that fails as well.
 */
export function createChatTemplate(
  source: Pick<Manifest['tokenizer'], 'chatTemplate' | 'bosToken' | 'eosToken'>,
  mark: (text: string) => string,
): (messages: ChatMessage[], tools?: Tool[]) => string {
  const { chatTemplate } = source;
  if (chatTemplate === null) {
    return () => {
      throw failed(
        'expected a chat template, got a base model that has none',
        'Use text completion (a raw prompt), or load the Instruct model.',
      );
    };
  }
  const tokens = { bos_token: mark(source.bosToken), eos_token: mark(source.eosToken) };
  let compiled: Template | null = null;
  const knowsTools = /\btools\b/.test(chatTemplate);
  const render = (messages: ChatMessage[], tools: Tool[]): string => {
    const offered = tools.length > 0 ? { tools: tools.map(templateTool) } : {};
    try {
      compiled ??= new Template(mark(chatTemplate));
      return compiled.render({
        messages: messages.map(templateMessage),
        ...offered,
        ...tokens,
        add_generation_prompt: true,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw failed(
        reason,
        'Messages start with an optional system message, then user and assistant take turns.',
        error,
      );
    }
  };
  return (conversation, offered = []) => {
    const [messages, tools] = knowsTools ? [conversation, offered] : [foldTools(conversation, offered), []];
    const folded = foldSystem(messages);
    if (folded === null) return render(messages, tools);
    // Some templates refuse a system message, others drop it without a word.
    try {
      const text = render(messages, tools);
      if (messages.every((m) => m.role !== 'system' || text.includes(m.content.trim()))) return text;
    } catch {
      // Whatever is wrong besides the system message is told by the second attempt.
    }
    return render(folded, tools);
  };
}

/**
 * Mistral's own practice for Mixtral: the system text stands in front of the first user message, a blank line between
 * (mistral-common, InstructTokenizerV1). Null where no system message leads or no user message follows it.
 */
function foldSystem(messages: ChatMessage[]): ChatMessage[] | null {
  const start = messages.findIndex((m) => m.role !== 'system');
  const first = messages[start];
  if (start < 1 || first?.role !== 'user') return null;
  const content = [...messages.slice(0, start), first].map((m) => m.content).join('\n\n');
  return [{ role: 'user', content }, ...messages.slice(start + 1)];
}

function failed(reason: string, hint: string, cause?: unknown): MixtabError {
  return new MixtabError('template-failed', `chat template: ${reason.replace(/\s+/g, ' ').trim()}`, hint, {}, cause);
}
