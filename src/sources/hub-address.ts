import type { HubSource } from '../protocol/library';

export const HUB = 'https://huggingface.co';

const HOSTS = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const NAME = /^[A-Za-z0-9][\w.-]*$/;
/** First parts of addresses that are no models. */
const OTHER = new Set([
  'datasets',
  'spaces',
  'docs',
  'blog',
  'papers',
  'collections',
  'models',
  'settings',
  'api',
  'join',
]);

/**
 * What a pasted text says of a repository of models: `org/name`, or any address of its pages or files on the Hub, with or without
 * `https://`. Null for anything else.
 */
export function parseHubAddress(text: string): HubSource | null {
  const trimmed = text.trim();
  const [host = ''] = trimmed.replace(/^https?:\/\//, '').split('/');
  if (HOSTS.has(host)) {
    const address = `https://${trimmed.replace(/^https?:\/\//, '')}`;
    return URL.canParse(address) ? ofPath(new URL(address).pathname.split('/').slice(1)) : null;
  }
  return /^[^/]+\/[^/]+$/.test(trimmed) ? ofPath(trimmed.split('/')) : null;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

function ofPath(segments: string[]): HubSource | null {
  const [org = '', name = '', kind = '', revision = '', ...path] = segments.map(decoded);
  if (!NAME.test(org) || !NAME.test(name) || OTHER.has(org)) return null;
  const source: HubSource = { kind: 'hub', repo: `${org}/${name}` };
  if (!['tree', 'blob', 'resolve', 'raw'].includes(kind) || revision === '') return source;
  source.revision = revision;
  const file = path.join('/');
  if (file.endsWith('.gguf')) source.file = file;
  return source;
}
