import type { ServerRef } from '../client/server-link';
import type { ModelRef } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';

/** Which engine an element asks for, from its attributes. Elements with equal choices share one engine. */
export type EngineChoice = LocalChoice | ServerChoice;

export interface LocalChoice {
  place: 'local';
  model: ModelRef;
  budgetBytes?: number | undefined;
  contextLength?: number | undefined;
}

export interface ServerChoice {
  place: 'server';
  server: ServerRef;
}

/** The attributes that choose an engine; `NaN` where a number was written that is none. */
export interface EngineAttributes {
  /** Default: `tiny`; a server has none. */
  model: string | null;
  modelUrl: string | null;
  budgetMb: number | null;
  context: number | null;
  server: string | null;
  apiKey: string | null;
}

/** The embedded model lies beside the script. Not a URL that bundlers would look for at build time: where they move the script, `model-url` says it. */
const BESIDE_SCRIPT = import.meta.url;

/** Throws `request-invalid` naming the attribute. */
export function chooseEngine(attributes: EngineAttributes): EngineChoice {
  const { server } = attributes;
  return server === null ? localChoice(attributes) : serverChoice(attributes, server);
}

function localChoice({ model, modelUrl, budgetMb, context }: EngineAttributes): LocalChoice {
  if (model === '') throw invalid('model', 'a name', '""');
  if (budgetMb !== null && !(budgetMb > 0)) throw invalid('budget-mb', 'a number above 0', String(budgetMb));
  if (context !== null && !(Number.isInteger(context) && context > 0))
    throw invalid('context', 'a whole number above 0', String(context));
  const id = model ?? 'tiny';
  return {
    place: 'local',
    model: { id, url: packUrl(id, modelUrl) },
    budgetBytes: budgetMb === null ? undefined : budgetMb * 1e6,
    contextLength: context ?? undefined,
  };
}

function serverChoice({ model, apiKey }: EngineAttributes, server: string): ServerChoice {
  if (!model) throw invalid('model', 'the name of a model on the server', model === null ? 'none' : '""');
  return { place: 'server', server: { baseUrl: absolute('server', server), apiKey: apiKey ?? undefined, model } };
}

function packUrl(id: string, modelUrl: string | null): string | undefined {
  if (modelUrl !== null) return absolute('model-url', modelUrl);
  return id === 'tiny' ? new URL('models/tiny/', BESIDE_SCRIPT).href : undefined;
}

/** As the page's own links: relative to the page. */
function absolute(attribute: string, address: string): string {
  if (!URL.canParse(address, document.baseURI)) throw invalid(attribute, 'an address', address);
  return new URL(address, document.baseURI).href;
}

function invalid(attribute: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'request-invalid',
    `${attribute}: expected ${expected}, got ${got}`,
    `Correct the attribute ${attribute} of mixtab-chat.`,
    { field: attribute },
  );
}
