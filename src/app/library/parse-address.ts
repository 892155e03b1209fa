import type { HubSource, ImportSource } from '../../protocol/library';

const HUB_HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co'];
const HUB_NAME = /^[\w.-]+\/[\w.-]+$/;

/**
 * What a person typed or pasted: `org/name`, `org/name@revision`, the address of a page or file on the Hub, or any other web address.
 * Null for what is none of these.
 */
export function parseAddress(text: string): Extract<ImportSource, { kind: 'url' | 'hub' }> | null {
  const typed = text.trim().replace(/^hf:(\/\/)?/, '');
  if (/^https?:\/\//i.test(typed)) return URL.canParse(typed) ? parseUrl(new URL(typed)) : null;
  const bare = typed.replace(/^(www\.)?(huggingface\.co|hf\.co)\//, '');
  const [name = '', revision] = bare.split('@');
  if (HUB_NAME.test(name) && revision !== '') return hub(name, revision);
  return bare === typed ? null : parseUrl(new URL(`https://huggingface.co/${bare}`));
}

function parseUrl(url: URL): Extract<ImportSource, { kind: 'url' | 'hub' }> {
  if (HUB_HOSTS.includes(url.hostname)) {
    const [org, name, verb, revision, ...path] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const repo = `${org}/${name}`;
    if (HUB_NAME.test(repo) && (verb === undefined || verb === 'tree' || verb === 'blob' || verb === 'resolve')) {
      const file = path.join('/');
      return { ...hub(repo, revision), ...(file.endsWith('.gguf') ? { file } : {}) };
    }
  }
  return { kind: 'url', url: url.href };
}

function hub(repo: string, revision: string | undefined): HubSource {
  return { kind: 'hub', repo, ...(revision ? { revision } : {}) };
}

/** As it would be typed; the text that {@link parseAddress} takes. */
export function addressOf(source: ImportSource | null): string {
  if (source?.kind === 'url') return source.url;
  if (source?.kind !== 'hub') return '';
  if (source.file) return `https://huggingface.co/${source.repo}/blob/${source.revision ?? 'main'}/${source.file}`;
  return source.revision ? `${source.repo}@${source.revision}` : source.repo;
}
