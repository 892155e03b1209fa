import { isObject } from '../lib/json';
import type { Constraint, Tool, ToolChoice } from '../protocol/engine';
import type { ChatBody } from './openai';
import { invalid } from './request';

/** `tools` and `tool_choice` as the engine has them; none where no tool is offered. */
export function toTools({ tools, tool_choice: choice }: ChatBody): { tools?: Tool[]; toolChoice?: ToolChoice } {
  if (tools !== null && tools !== undefined && !Array.isArray(tools)) throw invalid('tools', 'a list of tools', tools);
  const known = (tools ?? []).map((tool: unknown, index) => toTool(tool, `tools[${index}]`));
  const toolChoice = toChoice(choice, known);
  return known.length > 0 ? { tools: known, toolChoice } : {};
}

function toTool(tool: unknown, field: string): Tool {
  const { type, function: named } = isObject(tool) ? tool : {};
  if (type !== 'function' || !isObject(named)) throw invalid(field, 'a tool of type "function"', tool);
  const { name, description, parameters } = named;
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
    throw invalid(`${field}.function.name`, 'up to 64 letters, digits, _ and -', name);
  }
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw invalid(`${field}.function.description`, 'a text', description);
  }
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw invalid(`${field}.function.parameters`, 'a JSON Schema', parameters);
  }
  return { name, description: description ?? undefined, parameters: parameters ?? undefined };
}

function toChoice(choice: unknown, tools: Tool[]): ToolChoice {
  if (choice === null || choice === undefined) return 'auto';
  if (choice === 'none' || choice === 'auto') return choice;
  if (tools.length === 0) throw invalid('tool_choice', '"none" or "auto" where there are no tools', choice);
  if (choice === 'required') return choice;
  const named =
    isObject(choice) && choice.type === 'function' && isObject(choice.function) ? choice.function.name : null;
  const tool = tools.find(({ name }) => name === named);
  if (tool === undefined) {
    throw invalid(
      'tool_choice',
      'none, auto, required or {type: "function", function: {name}} of one of the tools',
      choice,
    );
  }
  return { name: tool.name };
}

/** `response_format` as what the answer must be. */
export function toConstraint(format: unknown): Constraint | undefined {
  if (format === null || format === undefined) return undefined;
  const { type, schema, json_schema: named, grammar } = isObject(format) ? format : {};
  switch (type) {
    case 'text':
      return undefined;
    case 'json_object':
      if (schema === null || schema === undefined) return { type: 'json' };
      if (typeof schema !== 'string') throw invalid('response_format.schema', 'a JSON Schema as text', schema);
      return { type: 'json-schema', schema };
    case 'json_schema':
      if (!isObject(named)) throw invalid('response_format.json_schema', '{name, schema}', named);
      if (named.schema === undefined) return { type: 'json' };
      if (!isObject(named.schema)) throw invalid('response_format.json_schema.schema', 'a JSON Schema', named.schema);
      return { type: 'json-schema', schema: JSON.stringify(named.schema) };
    case 'grammar':
      if (typeof grammar !== 'string') throw invalid('response_format.grammar', 'EBNF as text', grammar);
      return { type: 'grammar', ebnf: grammar };
    default:
      throw invalid('response_format.type', 'text, json_object, json_schema or grammar', type);
  }
}
