import type { ImportSource } from '../../protocol/library';
import { parseHubAddress } from '../../sources/hub-address';

/**
 * What a person typed or pasted: `org/name`, `org/name@revision`, the address of a page or file on the Hub, or any other web address.
 * Null for what is none of these.
 */
export function parseAddress(text: string): Extract<ImportSource, { kind: 'url' | 'hub' }> | null {
  const typed = text.trim();
  if (!typed.includes(':')) {
    const [name = '', revision] = typed.split('@');
    const hub = parseHubAddress(name);
    return hub && revision !== '' ? { ...hub, ...(revision ? { revision } : {}) } : null;
  }
  const onHub = parseHubAddress(typed);
  if (onHub) return onHub;
  return /^https?:\/\//i.test(typed) && URL.canParse(typed) ? { kind: 'url', url: new URL(typed).href } : null;
}

/** As it would be typed; the text that {@link parseAddress} takes. */
export function addressOf(source: ImportSource | null): string {
  if (source?.kind === 'url') return source.url;
  if (source?.kind !== 'hub') return '';
  if (source.file) return `https://huggingface.co/${source.repo}/blob/${source.revision ?? 'main'}/${source.file}`;
  return source.revision ? `${source.repo}@${source.revision}` : source.repo;
}
