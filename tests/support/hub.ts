import type { FaultControl } from './faults';

export interface Repository {
  repo: string;
  commit: string;
  files: Map<string, Uint8Array>;
  /** Default: main. */
  revision?: string;
  token?: string;
  /** The origin that files are delivered from, with signed addresses; default: the server itself, unsigned. */
  delivery?: string;
}

/** Serves what the Hugging Face Hub serves of a repository: its commit, its list of files, and the files. */
export async function serveHub(server: FaultControl, repository: Repository): Promise<void> {
  const { repo, commit, files, revision = 'main', token, delivery } = repository;
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const gate = token === undefined ? {} : { token };
  await server.serve(`/api/models/${repo}/revision/${revision}`, json({ id: repo, sha: commit }), gate);
  const list = await Promise.all(
    [...files].map(async ([path, bytes]) => ({ type: 'file', path, size: bytes.length, oid: await hash(bytes) })),
  );
  await server.serve(`/api/models/${repo}/tree/${commit}`, json(list), gate);
  for (const [path, bytes] of files) {
    const resolve = `/${repo}/resolve/${commit}/${path}`;
    if (delivery === undefined) await server.serve(resolve, bytes, gate);
    else {
      const address = `/cdn/${await hash(bytes)}`;
      await server.serve(resolve, new Uint8Array(0), { ...gate, redirectTo: `${delivery}${address}?Signature=s` });
      // Each of the servers that deliver a file has a mark of its own for it.
      await server.serve(address, bytes, { etag: `"${crypto.randomUUID()}"` });
    }
  }
}

async function hash(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
