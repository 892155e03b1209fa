import { listFiles, modelInfo } from '@huggingface/hub';
import { isObject } from '../lib/json';
import { MixtabError } from '../protocol/errors';
import type { HubSource } from '../protocol/library';
import { wholeBody } from './body';
import { type Http, request } from './http';
import { denied, notThere, wrongStatus } from './http-errors';
import { HUB, parseHubAddress } from './hub-address';
import { openHttp } from './open-http';
import { knownHead, openHttpFile } from './open-http-file';
import type { FileIdentity, OpenOptions, SourceFolder } from './opened-source';
import { retrying } from './retry';
import { wholeFiles } from './whole-files';

/**
 * A repository of the Hugging Face Hub at one commit: that of the revision at this moment, so that a push in the middle changes nothing.
 * The token goes to the endpoint's own origin alone, in a header.
 */
export async function hubFolder(source: HubSource, options: OpenOptions): Promise<SourceFolder> {
  const known = checked(source);
  const { repo, revision = 'main', file, token, endpoint } = known;
  const deniedHint = `The repository is gated, private or not there: accept its licence at ${endpoint}/${repo}, and give a token that may read it.`;
  const origin = new URL(endpoint).origin;
  const { http, close } = openHttp(options, {
    headersFor: (url) => (token && url.origin === origin ? { Authorization: `Bearer ${token}` } : {}),
    deniedHint,
  });
  try {
    const fetch = apiFetch(http, `${repo}@${revision}`);
    const commit = await commitOf(repo, revision, endpoint, fetch);
    const files = await filesOf(repo, commit, endpoint, fetch);
    const whole = wholeFiles();
    return {
      name: repo.split('/')[1] ?? repo,
      label: `${repo}@${revision === commit ? commit.slice(0, 8) : revision}`,
      revision: commit,
      pinned: { ...known, revision: commit },
      files: [...files.keys()],
      named: file ?? null,
      async open(path) {
        const entry = files.get(path);
        if (entry === undefined) return null;
        const address = `${endpoint}/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
        return await openHttpFile(
          http,
          { name: path, address, known: entry, head: knownHead(options, path) },
          whole.open,
        );
      },
      spoolBytes: whole.spoolBytes,
      close: (keep) => {
        close();
        return whole.close(keep);
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A repository given by an address is taken apart; throws `request-invalid`. */
function checked(source: HubSource): HubSource & { endpoint: string } {
  const parsed = parseHubAddress(source.repo);
  const endpoint = (source.endpoint || HUB).replace(/\/+$/, '');
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const invalid = (what: string, expected: string, hint: string) =>
    new MixtabError('request-invalid', `${what}: expected ${expected}, got something else`, hint);
  if (parsed === null) {
    throw invalid('Hugging Face repository', 'org/name', 'Copy the name at the top of its page.');
  }
  if (url === null || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw invalid('endpoint of the Hub', 'an https:// address', `Leave it empty for ${HUB}.`);
  }
  const local = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (source.token && url.protocol !== 'https:' && !local) {
    throw invalid('endpoint of the Hub', 'https:// where a token is sent', 'Without https others can read the token.');
  }
  return {
    ...parsed,
    ...source,
    repo: parsed.repo,
    revision: source.revision || parsed.revision,
    file: source.file || parsed.file,
    endpoint,
  };
}

async function commitOf(name: string, revision: string, hubUrl: string, fetch: typeof globalThis.fetch) {
  const { sha } = await modelInfo({ name, revision, hubUrl, fetch, additionalFields: ['sha'] });
  if (typeof sha !== 'string' || !/^[0-9a-f]{7,64}$/.test(sha)) throw notTheHub(hubUrl, 'a commit');
  return sha;
}

async function filesOf(name: string, revision: string, hubUrl: string, fetch: typeof globalThis.fetch) {
  const files = new Map<string, FileIdentity>();
  for await (const entry of listFiles({ repo: { type: 'model', name }, revision, recursive: true, hubUrl, fetch })) {
    const { type, path, size, oid, lfs }: Record<string, unknown> = { ...entry };
    if (type !== 'file') continue;
    const tag = isObject(lfs) && typeof lfs.oid === 'string' ? lfs.oid : oid;
    if (typeof path !== 'string' || !Number.isSafeInteger(size) || typeof tag !== 'string') {
      throw notTheHub(hubUrl, 'files with path, size and oid');
    }
    files.set(path, { size: size as number, tag });
  }
  return files;
}

/** The client's `fetch`: with our retries, limits and errors. */
function apiFetch(http: Http, label: string): typeof globalThis.fetch {
  return async (address) =>
    await retrying(http, label, undefined, async () => {
      const answer = await request(http, String(address), {});
      try {
        const { status, headers } = answer;
        if (status === 401 || status === 403) throw denied(label, status, false, http.deniedHint);
        if (status === 404) throw notThere(label, status);
        if (status !== 200) throw wrongStatus(label, "the Hub's answer", status);
        return new Response(await wholeBody(answer, label, http.limits.smallBytes), { status, headers });
      } finally {
        answer.end();
      }
    });
}

function notTheHub(endpoint: string, expected: string): MixtabError {
  return new MixtabError(
    'network-failed',
    `${endpoint}: expected ${expected}, got something else`,
    'The endpoint does not speak as the Hugging Face Hub does: check its address.',
    { source: endpoint },
  );
}
