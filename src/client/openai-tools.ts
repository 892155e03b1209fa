import { checkToolChoice, checkTools } from '../lib/check-tools';
import { isObject } from '../lib/json';
import type { Constraint, Tool, ToolChoice } from '../protocol/engine';
import type { ChatBody } from './openai';
import { invalid } from './request';

/** `tools` and `tool_choice` as the engine has them; none where no tool is offered. */
export function toTools({ tools, tool_choice: choice }: ChatBody): {
  tools?: Tool[];
  toolChoice?: ToolChoice | undefined;
} {
  const known = checkTools(Array.isArray(tools) ? tools.map(toTool) : (tools ?? undefined)) ?? [];
  const toolChoice = checkToolChoice(toChoice(choice), known);
  return known.length > 0 ? { tools: known, toolChoice } : {};
}

function toTool(tool: unknown, index: number): unknown {
  const { type, function: named } = isObject(tool) ? tool : {};
  if (type !== 'function' || !isObject(named)) throw invalid(`tools[${index}]`, 'a tool of type "function"', tool);
  const { name, description, parameters } = named;
  return { name, description: description ?? undefined, parameters: parameters ?? undefined };
}

function toChoice(choice: unknown): unknown {
  if (!isObject(choice)) return choice ?? undefined;
  const { type, function: named } = choice;
  if (type !== 'function' || !isObject(named)) throw invalid('tool_choice', 'a choice of type "function"', choice);
  return { name: named.name };
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
