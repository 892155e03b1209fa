import type { MadeRecord } from '../checkpoint/made-record';
import { sameJson } from '../lib/json';
import type { Formats } from '../pack/formats';
import { packBytes } from '../pack/manifest';
import { IdentityBook } from '../sources/identity';
import type { SourceIdentity } from '../sources/opened-source';
import type { ImportOrigin, StoredSource } from '../store/journal';
import { databaseName, openModelStore } from '../store/model-store';
import type { ImportPlan } from './import-plan';
import { checkId, idOf, idsLike } from './model-id';

/** What a model of this browser was made of, and what is there of it. */
interface Known extends ImportOrigin {
  formats: Formats;
  committedBytes: number;
}

/** Under which id a source is kept: that of the model that it was begun as, or one that is free. */
export class KnownModels {
  constructor(private readonly factory: IDBFactory) {}

  /** With an `id` of the caller's, that one, whatever it holds. Throws `request-invalid` for one that is not safe. */
  async idFor(plan: ImportPlan, id: string | undefined): Promise<string> {
    if (id !== undefined) return checkId(id);
    for (const candidate of idsLike(idOf(plan.journal.name))) {
      const known = await this.#known(candidate);
      if (known === 'nothing' || (known !== 'unknown' && isSame(known, plan))) return candidate;
    }
    throw new Error('ids have no end');
  }

  /** What is there already under an id of the plan's very source. */
  async committedBytes(plan: ImportPlan, id: string): Promise<number> {
    const known = await this.#known(id);
    return typeof known === 'object' && isSame(known, plan) ? known.committedBytes : 0;
  }

  /** `unknown`: a model that was not imported, but loaded from its host by the engine. */
  async #known(id: string): Promise<Known | 'nothing' | 'unknown'> {
    const databases = await this.factory.databases();
    // Opening a database that is not there would make it.
    if (!databases.some(({ name }) => name === databaseName(id))) return 'nothing';
    const store = await openModelStore(id, this.factory);
    try {
      const journal = await store.journal();
      if (journal) return { ...journal, committedBytes: sumBytes(await store.made()) };
      const [manifest, origin] = [await store.manifest(), await store.origin()];
      if (!manifest) return 'nothing';
      return origin ? { ...origin, formats: manifest.formats, committedBytes: packBytes(manifest) } : 'unknown';
    } finally {
      store.close();
    }
  }
}

const sumBytes = (made: MadeRecord[]): number => made.reduce((sum, { entry }) => sum + entry.bytes, 0);

/** Whether a plan is of the same source, in the same formats. That its files may have changed since is another question. */
function isSame(origin: Known, { journal }: ImportPlan): boolean {
  return samePlace(origin, journal) && sameJson(origin.formats, journal.formats);
}

function samePlace(a: ImportOrigin, b: ImportOrigin): boolean {
  // A file is what it is, however it was chosen.
  if (isLocal(a.source) || isLocal(b.source)) {
    return isLocal(a.source) && isLocal(b.source) && sameJson(a.identity, b.identity);
  }
  return sameJson(addressOf(a.source), addressOf(b.source));
}

const isLocal = ({ kind }: StoredSource): boolean => kind === 'files' || kind === 'handle';

/** What tells one address from another: with or without a token it is the same. */
function addressOf(source: StoredSource): unknown {
  if (source.kind === 'url') return source.url;
  if (source.kind === 'pruned') return { of: source.of, keep: source.keep };
  if (source.kind !== 'hub') return null;
  const { repo, revision = 'main', file = null, endpoint = null } = source;
  return { repo, revision, file, endpoint };
}

/** Throws `source-changed` when files that were opened before are others now. */
export function checkUnchanged(before: SourceIdentity, now: SourceIdentity): void {
  const book = new IdentityBook(before);
  for (const [file, identity] of Object.entries(now)) book.enter(file, identity);
}
